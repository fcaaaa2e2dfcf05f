/** Lets one node write at a time, as the lock on the database file would, but without holding up the event loop. */
export interface TransactionLock {
  acquire(owner: object): Promise<void>;
  /** Does nothing when the owner has not got it. */
  release(owner: object): void;
  /** Releases it, and takes the owner out of the queue. */
  abandon(owner: object): void;
}

export function createTransactionLock(): TransactionLock {
  let holder: object | undefined;
  let queue: { owner: object; enter: () => void }[] = [];

  function release(owner: object): void {
    if (holder !== owner) return;
    const next = queue.shift();
    holder = next?.owner;
    next?.enter();
  }

  return {
    acquire(owner) {
      if (holder === undefined || holder === owner) {
        holder = owner;
        return Promise.resolve();
      }
      return new Promise((enter) => queue.push({ owner, enter }));
    },
    release,
    abandon(owner) {
      const waiting = queue.filter((entry) => entry.owner === owner);
      queue = queue.filter((entry) => entry.owner !== owner);
      release(owner);
      for (const { enter } of waiting) enter();
    },
  };
}
