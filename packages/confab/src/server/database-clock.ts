import { sql } from 'kysely';
import type { Clock } from '../clock.ts';
import type { Store } from '../store/index.ts';

/** How often a node compares its clock with the database's. */
const INTERVAL_MS = 10_000;

export interface DatabaseClock extends Clock {
  stop(): Promise<void>;
}

/**
 * The database's clock, as a node that asks it now and then knows it: what one node writes as due another compares with its own time, and
 * the clocks of machines differ (invariant 9). SQLite has the machine's clock.
 */
export async function databaseClock(
  clock: Clock,
  store: Store,
  onError: (error: unknown) => void,
): Promise<DatabaseClock> {
  if (store.engine === 'sqlite') return { ...clock, stop: async () => {} };
  let offset = 0;
  let stopped = false;
  let cancel = (): void => {};
  let running: Promise<void> = Promise.resolve();

  async function compare(): Promise<void> {
    const asked = clock.now();
    const now = await askTime(store);
    const answered = clock.now();
    // The database looked at its clock somewhere in between.
    offset = Math.round(now - (asked + answered) / 2);
  }
  function later(): void {
    if (stopped) return;
    cancel = clock.setTimer(() => {
      running = compare().catch(onError).finally(later);
    }, INTERVAL_MS);
  }
  await compare();
  later();
  return {
    now: () => clock.now() + offset,
    setTimer: clock.setTimer,
    async stop() {
      stopped = true;
      cancel();
      await running;
    },
  };
}

async function askTime({ read }: Store): Promise<number> {
  const time = sql<{ now: number }>`(SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now)`;
  const { now } = await read.selectFrom(time.as('time')).select('now').executeTakeFirstOrThrow();
  return Number(now);
}
