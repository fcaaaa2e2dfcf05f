import type { Clock } from '../../clock.ts';

/** What a loop waits on: a time, or somebody who has something for it. */
export interface Alarm {
  /** Forgets what rang before now. */
  reset(): void;
  /** Resolves after `ms`, when it rings or rang since `reset`, when the signal is aborted, and when it has ended. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** Resolves after `ms` or when it has ended. */
  sleep(ms: number): Promise<void>;
  ring(): void;
  /** Nobody waits any more from now on. */
  end(): void;
}

export function createAlarm(clock: Clock): Alarm {
  let rang = false;
  let ended = false;
  let onRing = (): void => {};
  let onEnd = (): void => {};

  return {
    reset() {
      rang = false;
    },
    wait(ms, signal) {
      if (rang || ended || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const done = (): void => {
          cancel();
          signal.removeEventListener('abort', done);
          onRing = () => {};
          onEnd = () => {};
          resolve();
        };
        const cancel = clock.setTimer(done, ms);
        onRing = done;
        onEnd = done;
        signal.addEventListener('abort', done);
      });
    },
    sleep(ms) {
      if (ended) return Promise.resolve();
      return new Promise((resolve) => {
        const done = (): void => {
          cancel();
          onEnd = () => {};
          resolve();
        };
        const cancel = clock.setTimer(done, ms);
        onEnd = done;
      });
    },
    ring() {
      rang = true;
      onRing();
    },
    end() {
      ended = true;
      onEnd();
    },
  };
}
