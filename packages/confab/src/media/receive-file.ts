import { open, rm } from 'node:fs/promises';
import type { Clock } from '../clock.ts';
import type { Limits } from '../config/index.ts';
import { DomainError } from '../domain/index.ts';
import { watchPace } from './pace.ts';

/** The sender was cut off, and gets no other answer than this. */
export class UploadRefused extends DomainError {}

/** How often it is looked at how much has come, and how long a form may take to come to its file. */
export const PACE_MS = 30_000;

export interface ReceiveOptions {
  limits: Pick<Limits, 'mediaBytesPerMessage' | 'mediaUploadBytesPerSecond' | 'mediaUploadMs'>;
  clock: Clock;
}

/**
 * Writes what comes to a file, and resolves with how many bytes it has. What is too much, too slow or breaks off leaves no file. Throws
 * UploadRefused, or what the source throws.
 */
export async function receiveFile(
  source: AsyncIterable<unknown>,
  file: string,
  { limits, clock }: ReceiveOptions,
): Promise<number> {
  const handle = await open(file, 'wx', 0o600);
  let size = 0;
  let whole = false;
  try {
    for await (const chunk of paced(source, () => size, { limits, clock })) {
      if (!(chunk instanceof Uint8Array)) throw new TypeError('The source gives something else than bytes.');
      size += chunk.length;
      if (size > limits.mediaBytesPerMessage) throw tooLarge(limits);
      await handle.write(chunk);
    }
    whole = true;
    return size;
  } finally {
    await handle.close();
    if (!whole) await rm(file, { force: true });
  }
}

export function tooLarge({ mediaBytesPerMessage }: Pick<Limits, 'mediaBytesPerMessage'>): UploadRefused {
  return new UploadRefused(20413, 413, `A file can have at most ${mediaBytesPerMessage} bytes.`);
}

export function tooSlowly(): UploadRefused {
  return new UploadRefused(20408, 408, 'The upload was too slow.');
}

/** What `source` gives, as long as it gives enough: who sends byte by byte does not keep a place. */
async function* paced(
  source: AsyncIterable<unknown>,
  received: () => number,
  { limits, clock }: ReceiveOptions,
): AsyncIterable<unknown> {
  const iterator = source[Symbol.asyncIterator]();
  let cutOff: () => void = () => {};
  const tooSlow = new Promise<never>((_, reject) => {
    cutOff = () => reject(tooSlowly());
  });
  // Where nobody waits for more at this moment, it is met at the next turn.
  tooSlow.catch(() => {});
  const stopWatch = watchPace(clock, {
    windowMs: PACE_MS,
    leastBytes: (limits.mediaUploadBytesPerSecond * PACE_MS) / 1000,
    moved: received,
    tooSlow: cutOff,
  });
  const cancelEnd = clock.setTimer(cutOff, limits.mediaUploadMs);
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), tooSlow]);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    stopWatch();
    cancelEnd();
    // Not awaited: a source that gives nothing may not end, either, before its connection does.
    iterator.return?.()?.then(undefined, () => {});
  }
}
