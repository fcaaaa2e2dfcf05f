/** Ends a timer. Calling it again, or after the timer has fired, does nothing. */
export type CancelTimer = () => void;

/** The time as the rest of Confab knows it. Nothing else reads the wall clock, so that tests can drive it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;

  /**
   * Calls `callback` once, when `now()` has reached the present plus `delayMs`.
   *
   * The deadline is a point on the wall clock: it is never met early, whatever the process slept or however the clock
   * was set, and it is met late by a minute at most once the clock has passed it. A clock set back makes the wait longer.
   * A pending timer does not keep the process alive.
   *
   * Throws RangeError when `delayMs` is not finite. A negative delay counts as 0.
   */
  setTimer(callback: () => void, delayMs: number): CancelTimer;
}

/** A clock that moves only when it is told to. */
export interface ManualClock extends Clock {
  /** Moves on by `ms`, and runs the timers that fall due on the way in the order of their deadlines, each at its own time. */
  advance(ms: number): void;
  /** Sets the clock, forwards or back, in one step. Overdue timers run after it, all at the new time, as after a sleep. */
  jumpTo(ms: number): void;
  /** How many timers wait. */
  pendingTimers(): number;
}

// setTimeout counts time that the machine was awake, so a deadline has to be compared with the wall clock now and then.
// This also keeps every delay far below the 2^31 ms at which setTimeout wraps round to 1 ms.
const LONGEST_SLEEP_MS = 60_000;

/** The clock of the machine. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    setTimer(callback, delayMs) {
      const deadline = Date.now() + usableDelay(delayMs);
      let timeout: NodeJS.Timeout;
      const sleep = (): void => {
        timeout = setTimeout(wake, Math.min(deadline - Date.now(), LONGEST_SLEEP_MS));
        timeout.unref();
      };
      const wake = (): void => {
        if (Date.now() < deadline) sleep();
        else callback();
      };
      sleep();
      return () => clearTimeout(timeout);
    },
  };
}

/** A clock for tests that stands at `start` (milliseconds since the epoch) until it is moved. */
export function manualClock(start: number): ManualClock {
  let time = start;
  // A Set keeps insertion order: of two timers with one deadline the older runs first.
  const timers = new Set<{ deadline: number; callback: () => void }>();

  const nextDue = (until: number) => {
    let next: { deadline: number; callback: () => void } | undefined;
    for (const timer of timers) {
      if (timer.deadline <= until && (next === undefined || timer.deadline < next.deadline)) next = timer;
    }
    return next;
  };
  const runDue = (until: number): void => {
    for (let timer = nextDue(until); timer !== undefined; timer = nextDue(until)) {
      timers.delete(timer);
      time = Math.max(time, timer.deadline);
      timer.callback();
    }
  };

  return {
    now: () => time,
    setTimer(callback, delayMs) {
      const timer = { deadline: time + usableDelay(delayMs), callback };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`A clock advances by 0 ms or more, not by ${ms}`);
      const end = time + ms;
      runDue(end);
      time = end;
    },
    jumpTo(ms) {
      time = ms;
      runDue(ms);
    },
    pendingTimers: () => timers.size,
  };
}

function usableDelay(delayMs: number): number {
  if (!Number.isFinite(delayMs)) throw new RangeError(`A timer needs a finite delay in milliseconds, not ${delayMs}`);
  return Math.max(0, delayMs);
}
