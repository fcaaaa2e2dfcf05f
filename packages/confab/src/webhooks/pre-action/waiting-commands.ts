import { RateExceeded } from '../../domain/index.ts';

/** Bounds how many commands of one service wait for webhooks at once, on this node: a slow target must not fill the memory. */
export interface WaitingCommands {
  /** Runs the wait. Refuses with 429 when too many of the service wait already. */
  run<Result>(serviceId: number, wait: () => Promise<Result>): Promise<Result>;
}

export function createWaitingCommands(most: number): WaitingCommands {
  const waiting = new Map<number, number>();
  return {
    async run(serviceId, wait) {
      const now = waiting.get(serviceId) ?? 0;
      if (now >= most) throw new RateExceeded(1);
      waiting.set(serviceId, now + 1);
      try {
        return await wait();
      } finally {
        const left = (waiting.get(serviceId) ?? 1) - 1;
        if (left === 0) waiting.delete(serviceId);
        else waiting.set(serviceId, left);
      }
    },
  };
}
