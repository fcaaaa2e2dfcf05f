import { randomBytes, randomInt } from 'node:crypto';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

// The shortest that every JWT library takes as an HS256 key (256 bits, RFC 7518 3.2), and 190 bits of chance.
const API_SECRET_CHARACTERS = 32;

/** A new API key secret: 32 characters from 0-9, A-Z, a-z, each equally likely. */
export function generateApiSecret(): string {
  let secret = '';
  // randomInt draws again instead of folding the rest of a byte onto the first characters.
  while (secret.length < API_SECRET_CHARACTERS) secret += BASE62.charAt(randomInt(BASE62.length));
  return secret;
}

/** A new auth token of an account: 32 lower-case hexadecimal digits, 128 bits. */
export function generateAuthToken(): string {
  return randomBytes(16).toString('hex');
}
