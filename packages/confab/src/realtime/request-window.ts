/** Lets so many requests of one connection run at once; what was read beyond that waits its turn, in order (invariant 6). */
export interface RequestWindow {
  run(request: () => Promise<void>): void;
  /** Resolves when nothing runs and nothing waits. */
  idle(): Promise<void>;
  /** Drops what waits. What runs goes on. */
  close(): void;
}

/**
 * `onFull` and `onRoom` stop and start the reading of the socket: a client that asks for too much at once is not refused but not read
 * from, so that an app that sends in a burst loses nothing. What waits is then at most what one read of the socket brought.
 */
export function createRequestWindow(options: {
  limit: number;
  onFull: () => void;
  onRoom: () => void;
  onError: (error: unknown) => void;
}): RequestWindow {
  let running = 0;
  let waiting: (() => Promise<void>)[] = [];
  let whenIdle: (() => void)[] = [];

  function start(request: () => Promise<void>): void {
    running += 1;
    request().catch(options.onError).finally(finished);
  }

  function finished(): void {
    running -= 1;
    const next = waiting.shift();
    if (next !== undefined) {
      start(next);
      if (waiting.length === 0) options.onRoom();
    }
    if (running > 0) return;
    for (const resolve of whenIdle) resolve();
    whenIdle = [];
  }

  return {
    run(request) {
      if (running < options.limit) {
        start(request);
        return;
      }
      waiting.push(request);
      if (waiting.length === 1) options.onFull();
    },
    idle: () => (running === 0 ? Promise.resolve() : new Promise((resolve) => whenIdle.push(resolve))),
    close() {
      waiting = [];
    },
  };
}
