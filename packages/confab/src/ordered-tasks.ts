/** Runs tasks of one key one after the other, in the order in which they came; other keys do not wait. */
export interface OrderedTasks {
  run<Result>(key: string, task: () => Promise<Result>): Promise<Result>;
}

export function createOrderedTasks(): OrderedTasks {
  const tails = new Map<string, Promise<unknown>>();
  return {
    run(key, task) {
      const before = tails.get(key);
      const result = before === undefined ? task() : before.then(task, task);
      tails.set(key, result);
      const forget = (): void => {
        if (tails.get(key) === result) tails.delete(key);
      };
      result.then(forget, forget);
      return result;
    },
  };
}
