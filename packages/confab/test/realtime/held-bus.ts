import type { Bus, BusListener } from '../../src/bus/index.ts';
import type { ChangeSet } from '../../src/store/index.ts';

export interface HeldBus extends Bus {
  /** From now on what is published waits. */
  hold(): void;
  /** Delivers what has waited, in order, in one turn, and holds no longer. */
  release(): void;
  /** Forgets what has waited, and holds no longer. */
  lose(): void;
}

/** A bus of one node that a test can stop. */
export function createHeldBus(): HeldBus {
  const listeners: BusListener[] = [];
  let held: ChangeSet[] | undefined;
  const deliver = (changeSet: ChangeSet): void => {
    for (const listener of listeners) listener.changed(changeSet);
  };
  return {
    publish: (changeSet) => (held === undefined ? deliver(changeSet) : void held.push(changeSet)),
    // Not held: it is no part of any commit.
    tellTyping(typing) {
      for (const listener of listeners) listener.typing(typing);
    },
    publishLogged: () => {},
    listen: (listener) => void listeners.push(listener),
    close: async () => {},
    hold() {
      held ??= [];
    },
    release() {
      const due = held ?? [];
      held = undefined;
      for (const changeSet of due) deliver(changeSet);
    },
    lose() {
      held = undefined;
    },
  };
}
