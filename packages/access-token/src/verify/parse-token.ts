import { MAX_TOKEN_LENGTH } from '../shared/token-format.ts';
import { decodeBase64url } from './decode-base64url.ts';
import type { JsonObject } from './json-object.ts';
import { knownHeaders } from './known-headers.ts';
import { JsonFault, parseStrictObject } from './strict-json.ts';
import { TokenRefusal } from './token-refusal.ts';

// Keeps a byte order mark, which JSON does not allow (RFC 8259 8.1).
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The three parts of a compact JWS, decoded and not yet believed. */
export interface ParsedToken {
  readonly header: JsonObject;
  readonly payload: JsonObject;
  readonly signature: Uint8Array<ArrayBuffer>;
  /** The text that was signed: encoded header, dot, encoded payload. */
  readonly signingInput: string;
}

/**
 * Takes a token apart (RFC 7515 7.1).
 *
 * @throws {TokenRefusal} 20101 when it is too long or not a JWT of the right form.
 */
export function parseToken(token: unknown): ParsedToken {
  if (typeof token !== 'string' || token === '') throw malformed('the token is missing or not a string');
  if (token.length > MAX_TOKEN_LENGTH) throw malformed(`the token is longer than ${MAX_TOKEN_LENGTH} characters`);
  const first = token.indexOf('.');
  const second = token.indexOf('.', first + 1);
  if (first === -1 || second === -1 || token.includes('.', second + 1)) {
    throw malformed('the token does not have three parts with dots between them');
  }
  const encodedHeader = token.slice(0, first);
  return {
    header: knownHeaders.get(encodedHeader) ?? parsePart('header', encodedHeader),
    payload: parsePart('payload', token.slice(first + 1, second)),
    signature: decodePart('signature', token.slice(second + 1)),
    signingInput: token.slice(0, second),
  };
}

function parsePart(name: string, encoded: string): JsonObject {
  const text = decodeUtf8(name, decodePart(name, encoded));
  try {
    return parseStrictObject(text);
  } catch (error) {
    if (error instanceof JsonFault) throw malformed(`the ${name} ${error.message}`);
    throw error;
  }
}

function decodeUtf8(name: string, bytes: Uint8Array<ArrayBuffer>): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw malformed(`the ${name} is not UTF-8`);
  }
}

function decodePart(name: string, encoded: string): Uint8Array<ArrayBuffer> {
  const bytes = decodeBase64url(encoded);
  if (bytes === undefined) throw malformed(`the ${name} is not canonical base64url without padding`);
  return bytes;
}

function malformed(reason: string): TokenRefusal {
  return new TokenRefusal(20101, reason);
}
