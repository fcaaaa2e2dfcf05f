import { encodeBytes } from '../shared/encode-base64url.ts';
import { hmac } from '../shared/hmac.ts';
import { nodeCrypto, webCrypto } from '../shared/runtime.ts';
import { AccessTokenError, type AccessTokenErrorCode } from './access-token-error.ts';

/**
 * Signs with HMAC-SHA256 and returns the whole token.
 *
 * @throws {AccessTokenError} `no_synchronous_crypto` where there is no node:crypto; `asynchronous` names the way out.
 */
export function sign(input: string, secret: string, asynchronous: string): string {
  const node = nodeCrypto();
  if (node === undefined) lack('no_synchronous_crypto', `no node:crypto; use ${asynchronous}`);
  return `${input}.${hmac(node, secret, input)}`;
}

/**
 * Signs with HMAC-SHA256, by WebCrypto.
 *
 * @throws {AccessTokenError} `no_crypto` where there is none.
 */
export async function signAsync(input: string, secret: string): Promise<string> {
  const subtle = webCrypto();
  if (subtle === undefined) lack('no_crypto', 'no WebCrypto; pages have it on HTTPS and localhost');
  const encoder = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['sign']);
  const signature = await subtle.sign(algorithm, key, encoder.encode(input));
  return `${input}.${encodeBytes(new Uint8Array(signature))}`;
}

function lack(code: AccessTokenErrorCode, what: string): never {
  throw new AccessTokenError(code, '', `this runtime has ${what}`);
}
