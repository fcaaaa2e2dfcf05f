/** How often a key was used in its present window. */
export interface LimitUse {
  /** This use included. */
  readonly count: number;
  /** When the window ends, Unix milliseconds. */
  readonly endsAt: number;
}

/** Counts uses. Several nodes share their limits through a store of their own: in Redis, `INCR` and `PEXPIRE NX`. */
export interface LimitStore {
  /** Counts one use of the key. The first opens a window of `windowMs`. What it throws is answered with 503. */
  use(key: string, windowMs: number, now: number): LimitUse | PromiseLike<LimitUse>;
}

/**
 * Counts in this process. At most `maxKeys` are kept; when all their windows are open, the oldest makes room, so that memory stays
 * bounded under a flood from many addresses.
 */
export function createMemoryLimitStore({ maxKeys = 10_000 }: { maxKeys?: number } = {}): LimitStore {
  // In the order in which the windows were opened.
  const windows = new Map<string, { count: number; endsAt: number }>();

  function makeRoom(now: number): void {
    for (const [key, { endsAt }] of windows) {
      if (endsAt > now && windows.size < maxKeys) return;
      windows.delete(key);
    }
  }

  return {
    use(key, windowMs, now) {
      const open = windows.get(key);
      // One that ends later than a new one would was opened before the clock was set back: it would shut its key out for as long.
      if (open !== undefined && open.endsAt > now && open.endsAt <= now + windowMs) {
        open.count++;
        return { count: open.count, endsAt: open.endsAt };
      }
      windows.delete(key);
      makeRoom(now);
      const opened = { count: 1, endsAt: now + windowMs };
      windows.set(key, opened);
      return { ...opened };
    },
  };
}
