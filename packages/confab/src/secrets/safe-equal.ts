import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Compares two secrets in a time that depends on neither where they differ nor, for strings of a hash block, on their
 * lengths: both are hashed first, and the hashes compared.
 */
export function safeEqual(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}
