import { MAX_TOKEN_LENGTH } from './token-format.ts';

const BLOCK_BYTES = 64;
const HASH_BYTES = 32;

// Used within one call only, and wiped at its end.
let inner: Buffer | undefined;
let outer: Buffer | undefined;

/**
 * HMAC-SHA256 (RFC 2104) of a token's signing input, in base64url. Two one-shot hashes take a third of the time of
 * `createHmac`, which makes a stream for each call.
 */
export function hmac(node: typeof import('node:crypto'), secret: string | Uint8Array, text: string): string {
  // Runtimes that stand in for Node may lack the one-shot hash.
  if (typeof node.hash !== 'function') return node.createHmac('sha256', secret).update(text).digest('base64url');
  inner ??= Buffer.alloc(BLOCK_BYTES + MAX_TOKEN_LENGTH);
  outer ??= Buffer.alloc(BLOCK_BYTES + HASH_BYTES);
  const key = typeof secret === 'string' ? Buffer.from(secret) : secret;
  inner.set(key.length > BLOCK_BYTES ? node.hash('sha256', key, 'buffer') : key);
  for (let i = 0; i < BLOCK_BYTES; i++) {
    const byte = inner[i] ?? 0;
    inner[i] = byte ^ 0x36;
    outer[i] = byte ^ 0x5c;
  }
  const end = BLOCK_BYTES + inner.write(text, BLOCK_BYTES, 'latin1');
  outer.write(node.hash('sha256', inner.subarray(0, end), 'hex'), BLOCK_BYTES, 'hex');
  const signature = node.hash('sha256', outer, 'base64url');
  inner.fill(0, 0, BLOCK_BYTES);
  outer.fill(0);
  return signature;
}
