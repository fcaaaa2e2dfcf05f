import { equalBytes, sha256, utf8 } from './bytes.ts';

/** Whether two secrets are the same text, in a time that tells neither where they differ nor how long they are. */
export async function safeEqual(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([sha256(utf8(one)), sha256(utf8(other))]);
  return equalBytes(first, second);
}
