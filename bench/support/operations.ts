import type { Variant } from './rounds.ts';

const WARM_UP_MS = 300;
/** Operations between two looks at the clock. */
const CHUNK = 50;

/**
 * Does something over and over, one after the other, and measures how often in a second of the processor's time: what else the machine does
 * at the time counts less than by the clock.
 */
export function operations(name: string, seconds: number, run: () => unknown): Variant<'rate'> {
  return {
    name,
    async run() {
      await repeat(run, WARM_UP_MS);
      return { rate: await repeat(run, seconds * 1000) };
    },
  };
}

async function repeat(run: () => unknown, milliseconds: number): Promise<number> {
  const start = performance.now();
  const before = process.cpuUsage();
  let count = 0;
  do {
    for (let i = 0; i < CHUNK; i += 1) {
      const result = run();
      // What is synchronous is not made to wait.
      if (result instanceof Promise) await result;
    }
    count += CHUNK;
  } while (performance.now() - start < milliseconds);
  const { user, system } = process.cpuUsage(before);
  return (count / (user + system)) * 1_000_000;
}
