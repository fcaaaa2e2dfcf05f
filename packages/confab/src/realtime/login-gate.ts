/** Bounds how many clients log in at once, so that all of a node's clients coming back does not starve those that are there. */
export interface LoginGate {
  /** A place in the line for one client; undefined when too many wait already. */
  enter(): Place | undefined;
  /** When one that was not let in should come again, in ms: spread, so that they do not come together again. */
  backoffMs(): number;
}

export interface Place {
  /** Resolves when its turn comes with how the client leaves again, or with undefined when it was given up before. */
  readonly turn: Promise<Leave | undefined>;
  /** Frees the place at once for others. Does nothing once the turn has come. */
  giveUp(): void;
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
}: {
  atOnce: number;
  waiting: number;
  /** Numbers from 0 up to 1. */
  random: () => number;
}): LoginGate {
  /** In the order in which they came. */
  const line = new Set<(leave: Leave) => void>();
  let inside = 0;

  function leave(): void {
    inside -= 1;
    const [next] = line;
    if (next === undefined) return;
    line.delete(next);
    letIn(next);
  }

  function letIn(client: (leave: Leave) => void): void {
    inside += 1;
    client(leave);
  }

  return {
    enter() {
      if (inside >= atOnce && line.size >= waiting) return undefined;
      const { promise: turn, resolve } = Promise.withResolvers<Leave | undefined>();
      if (inside < atOnce) letIn(resolve);
      else line.add(resolve);
      return {
        turn,
        giveUp() {
          if (line.delete(resolve)) resolve(undefined);
        },
      };
    },
    backoffMs: () => Math.round(BACKOFF_FROM_MS + random() * BACKOFF_SPREAD_MS),
  };
}
