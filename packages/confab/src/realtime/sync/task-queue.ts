export interface TaskQueue {
  add(task: () => Promise<void>): void;
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
  let waiting: (() => Promise<void>)[] = [];
  let running = 0;
  let begun = 0;
  let paused = false;

  function next(): void {
    while (running < concurrency && waiting.length > 0 && !paused) {
      begun += 1;
      if (begun % TASKS_PER_TURN === 0) {
        paused = true;
        setImmediate(() => {
          paused = false;
          next();
        });
      }
      const task = waiting.shift();
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
      waiting.push(task);
      next();
    },
    close() {
      waiting = [];
    },
  };
}
