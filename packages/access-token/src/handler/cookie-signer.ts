import { encodeBytes, encodeText } from '../shared/encode-base64url.ts';
import { decodeBase64url } from '../verify/decode-base64url.ts';
import { utf8 } from './bytes.ts';
import { TokenHandlerError } from './token-handler-error.ts';

export interface CookieSigner {
  /** Signs a text: `<base64url of it>.<base64url of the signature>`. */
  seal(text: string): Promise<string>;
  /** The text, if one of the secrets signed it; else undefined. */
  open(value: string): Promise<string | undefined>;
}

const HMAC = { name: 'HMAC', hash: 'SHA-256' };

/** Browsers keep no longer ones (RFC 6265 6.1), so nothing longer was made here. */
const MAX_LENGTH = 4_096;

/**
 * Signs what a cookie holds. The cookie's name is signed with it: of two cookies under one secret, neither passes for the other.
 *
 * @throws {TokenHandlerError} without secrets, and for one under 32 bytes (RFC 7518 3.2).
 */
export function createCookieSigner(secrets: readonly string[], name: string): CookieSigner {
  if (secrets.length === 0) throw badSecret('secrets', 'secrets is empty; give at least one');
  for (const [index, secret] of secrets.entries()) checkSecret(secret, `secrets[${index}]`);
  let imported: Promise<CryptoKey[]> | undefined;
  const keys = (): Promise<CryptoKey[]> => {
    imported ??= Promise.all(secrets.map(importSecret));
    return imported;
  };
  const input = (encoded: string): Uint8Array<ArrayBuffer> => utf8(`confab-cookie-1 ${name} ${encoded}`);

  return {
    async seal(text) {
      const [first] = await keys();
      if (first === undefined) throw badSecret('secrets', 'secrets is empty; give at least one');
      const encoded = encodeText(text);
      return `${encoded}.${encodeBytes(new Uint8Array(await crypto.subtle.sign(HMAC, first, input(encoded))))}`;
    },
    async open(value) {
      if (value.length > MAX_LENGTH) return undefined;
      const [encoded = '', signed = '', more] = value.split('.', 3);
      const bytes = decodeBase64url(encoded);
      const signature = decodeBase64url(signed);
      if (bytes === undefined || signature === undefined || more !== undefined) return undefined;
      for (const key of await keys()) {
        // In constant time in every runtime.
        if (await crypto.subtle.verify(HMAC, key, new Uint8Array(signature), input(encoded))) {
          return new TextDecoder().decode(bytes);
        }
      }
      return undefined;
    },
  };
}

function importSecret(secret: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', utf8(secret), HMAC, false, ['sign', 'verify']);
}

function checkSecret(secret: unknown, argument: string): void {
  if (typeof secret === 'string' && utf8(secret).length >= 32) return;
  throw badSecret(argument, `${argument} is shorter than 32 bytes; make one with: openssl rand -base64 32`);
}

function badSecret(argument: string, message: string): TokenHandlerError {
  return new TokenHandlerError('invalid_secret', argument, message);
}
