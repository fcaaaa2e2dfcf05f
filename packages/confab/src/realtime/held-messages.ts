import type { CancelTimer, Clock } from '../clock.ts';
import type { Shape } from '../domain/index.ts';

/** Messages of one direction of a connection that is slowed: they wait for their time, in order. */
export interface HeldMessages {
  /** `pass` is called when its time has come, and never if the messages are forgotten first. */
  hold(bytes: number, pass: () => void): void;
  bytes(): number;
  /** For what comes from now on; what waits already keeps its time. */
  reshape(shape: Shape): void;
  /** Passes all that wait, now. */
  release(): void;
  /** Forgets all that wait. */
  forget(): void;
}

interface Held {
  bytes: number;
  dueAt: number;
  pass: () => void;
}

export function holdMessages(clock: Clock, first: Shape): HeldMessages {
  let shape = first;
  let held: Held[] = [];
  let bytes = 0;
  /** When the last message that waits has passed. */
  let busyUntil = 0;
  let cancel: CancelTimer | undefined;

  function passDue(until: number): void {
    for (let [next] = held; next !== undefined && next.dueAt <= until; [next] = held) {
      held.shift();
      bytes -= next.bytes;
      next.pass();
    }
    cancel?.();
    cancel = undefined;
    const [waiting] = held;
    if (waiting === undefined) return;
    cancel = clock.setTimer(() => passDue(clock.now()), waiting.dueAt - clock.now());
  }

  return {
    hold(size, pass) {
      const { delayMs, bytesPerSecond } = shape;
      const takesMs = bytesPerSecond === null ? 0 : (size * 1000) / bytesPerSecond;
      busyUntil = Math.max(busyUntil, clock.now() + delayMs) + takesMs;
      held.push({ bytes: size, dueAt: busyUntil, pass });
      bytes += size;
      if (cancel === undefined) passDue(clock.now());
    },
    bytes: () => bytes,
    reshape(next) {
      shape = next;
    },
    release: () => passDue(Number.POSITIVE_INFINITY),
    forget() {
      held = [];
      bytes = 0;
      cancel?.();
      cancel = undefined;
    },
  };
}
