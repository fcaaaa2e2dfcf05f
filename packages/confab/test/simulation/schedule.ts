/** What happens in the simulated world, in the order of its own time. Nothing in it waits for the machine's clock. */
export interface Schedule {
  /** Milliseconds since the beginning of the world. */
  now(): number;
  /** Of two events that are due at the same time the older one comes first. Returns how to call it off. */
  after(delayMs: number, run: () => void): () => void;
  /** Resolves when so much time has passed. */
  delay(ms: number): Promise<void>;
  /** Tells how much time passes from one event to the next. Returns how to stop listening. */
  onTimePassing(listener: (ms: number) => void): () => void;
  /** Runs the next event that is due by then; false, and then it is that late, when there is none. */
  step(until: number): boolean;
}

interface Event {
  due: number;
  number: number;
  run: () => void;
}

export function createSchedule(): Schedule {
  /** Soonest last. */
  const events: Event[] = [];
  const listeners = new Set<(ms: number) => void>();
  let now = 0;
  let made = 0;

  function passTo(time: number): void {
    const passed = time - now;
    if (passed <= 0) return;
    now = time;
    for (const listener of [...listeners]) listener(passed);
  }

  function place(event: Event): number {
    let from = 0;
    let to = events.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      const other = events[middle];
      const later =
        other !== undefined && (other.due > event.due || (other.due === event.due && other.number > event.number));
      if (later) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  const after: Schedule['after'] = (delayMs, run) => {
    const event = { due: now + Math.max(0, delayMs), number: made++, run };
    events.splice(place(event), 0, event);
    return () => {
      const at = place(event);
      if (events[at] === event) events.splice(at, 1);
    };
  };

  return {
    now: () => now,
    after,
    delay: (ms) => new Promise((resolve) => after(ms, resolve)),
    onTimePassing(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    step(until) {
      const next = events.at(-1);
      if (next === undefined || next.due > until) {
        passTo(until);
        return false;
      }
      events.pop();
      passTo(next.due);
      next.run();
      return true;
    },
  };
}
