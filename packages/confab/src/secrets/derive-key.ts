import { hkdfSync } from 'node:crypto';

/** Bytes of the master key, and of every key derived from it. */
export const KEY_BYTES = 32;

/**
 * The 32-byte key for one purpose (HKDF-SHA-256, RFC 5869). Keys of different purposes tell nothing about each other or
 * about the master key, so that one master key serves encryption, signatures and the check value alike.
 *
 * A purpose names its use and version, such as `confab/secret-box/1`: another purpose is another key.
 * Throws RangeError when the master key is not 32 bytes.
 */
export function deriveKey(masterKey: Buffer, purpose: string): Buffer {
  if (masterKey.length !== KEY_BYTES)
    throw new RangeError(`A master key has ${KEY_BYTES} bytes, not ${masterKey.length}`);
  // No salt: the master key is uniformly random already, and every node has to derive the same keys (RFC 5869 3.1).
  return Buffer.from(hkdfSync('sha256', masterKey, '', purpose, KEY_BYTES));
}
