import { NodeBuffer } from './runtime.ts';

/** Encodes text as UTF-8 and that as base64url without padding (RFC 7515 2). */
export function encodeText(text: string): string {
  if (NodeBuffer !== undefined) return NodeBuffer.from(text).toString('base64url');
  return encodeBytes(new TextEncoder().encode(text));
}

/** Encodes bytes as base64url without padding. */
export function encodeBytes(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
