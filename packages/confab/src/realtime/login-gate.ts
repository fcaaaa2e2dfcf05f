/** Bounds how many clients log in at once, so that all of a node's clients coming back does not starve those that are there. */
export interface LoginGate {
  /** Lets one in, and returns how it leaves; undefined when there are too many already. */
  enter(): (() => void) | undefined;
  /** When one that was not let in should come again, in ms: spread, so that they do not come together again. */
  backoffMs(): number;
}

const BACKOFF_FROM_MS = 500;
const BACKOFF_SPREAD_MS = 4500;

export function createLoginGate({
  limit,
  random,
  onRefused,
}: {
  limit: number;
  /** Numbers from 0 up to 1. */
  random: () => number;
  onRefused: () => void;
}): LoginGate {
  let inside = 0;
  return {
    enter() {
      if (inside >= limit) {
        onRefused();
        return undefined;
      }
      inside += 1;
      return () => {
        inside -= 1;
      };
    },
    backoffMs: () => Math.round(BACKOFF_FROM_MS + random() * BACKOFF_SPREAD_MS),
  };
}
