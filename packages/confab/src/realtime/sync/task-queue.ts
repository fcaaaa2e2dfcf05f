export interface TaskQueue {
  /** Returns how to take it out again while it waits. */
  add(task: () => Promise<void>): () => void;
  /** Drops what waits. What runs goes on. */
  close(): void;
}

/** Tasks begun before the event loop gets its turn: with SQLite they never wait, and thousands in a row would hold it. */
const TASKS_PER_TURN = 16;

/** Runs tasks in order, a few at once, and lets others have the event loop in between. */
export function createTaskQueue({
  concurrency,
  onError,
}: {
  concurrency: number;
  onError: (error: unknown) => void;
}): TaskQueue {
  /** In order; a set, because a task in the middle can be taken out. */
  const waiting = new Set<() => Promise<void>>();
  let order = waiting.values();
  let running = 0;
  let begun = 0;
  let paused = false;

  function takeFirst(): (() => Promise<void>) | undefined {
    // One iterator for all: a new one would walk over the places of all that have gone.
    let first = order.next();
    if (first.done === true) {
      order = waiting.values();
      first = order.next();
    }
    if (first.done === true) return undefined;
    waiting.delete(first.value);
    return first.value;
  }

  function next(): void {
    while (running < concurrency && waiting.size > 0 && !paused) {
      begun += 1;
      if (begun % TASKS_PER_TURN === 0) {
        paused = true;
        setImmediate(() => {
          paused = false;
          next();
        });
      }
      const task = takeFirst();
      if (task === undefined) return;
      running += 1;
      task()
        .catch(onError)
        .finally(() => {
          running -= 1;
          next();
        });
    }
  }

  return {
    add(task) {
      waiting.add(task);
      next();
      return () => void waiting.delete(task);
    },
    close: () => waiting.clear(),
  };
}
