/** Bounds how many clients log in at once, so that all of a node's clients coming back does not starve those that are there. */
export interface LoginGate {
  /** Resolves with how the client leaves when its turn comes; undefined when too many wait before it. */
  enter(): Promise<Leave> | undefined;
  /** When one that was not let in should come again, in ms: spread, so that they do not come together again. */
  backoffMs(): number;
}

export type Leave = () => void;

const BACKOFF_FROM_MS = 500;
const BACKOFF_SPREAD_MS = 4500;

/**
 * `atOnce` log in at the same time; up to `waiting` wait for their turn, in the order in which they came. To wait costs a client less than
 * to dial again: it is let in as soon as there is room.
 */
export function createLoginGate({
  atOnce,
  waiting,
  random,
  onRefused,
}: {
  atOnce: number;
  waiting: number;
  /** Numbers from 0 up to 1. */
  random: () => number;
  onRefused: () => void;
}): LoginGate {
  const queue: ((leave: Leave) => void)[] = [];
  let inside = 0;

  function leave(): void {
    inside -= 1;
    const next = queue.shift();
    if (next === undefined) return;
    inside += 1;
    next(leave);
  }

  return {
    enter() {
      if (inside < atOnce) {
        inside += 1;
        return Promise.resolve(leave);
      }
      if (queue.length < waiting) return new Promise((resolve) => queue.push(resolve));
      onRefused();
      return undefined;
    },
    backoffMs: () => Math.round(BACKOFF_FROM_MS + random() * BACKOFF_SPREAD_MS),
  };
}
