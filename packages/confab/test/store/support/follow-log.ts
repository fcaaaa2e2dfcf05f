import { type EventLogEntry, positionOf, readEventLog, START_OF_LOG, type Store } from '../../../src/store/index.ts';

/** Options for `expect.poll`: transactions of others on the same server may hold a reader of the log back for a while. */
export const LONG = { timeout: 15_000 };

export interface LogFollower {
  /** What was read so far. */
  readonly entries: EventLogEntry[];
  /** Reads on to the end, in pages of `limit`. */
  readOn(): Promise<EventLogEntry[]>;
}

/** Reads the event log as its consumers do, from the start and each time on from where it was. */
export function followLog(store: Store, limit = 1000): LogFollower {
  const entries: EventLogEntry[] = [];
  let position = START_OF_LOG;
  return {
    entries,
    async readOn() {
      for (;;) {
        const page = await readEventLog(store, position, limit);
        entries.push(...page);
        const last = page.at(-1);
        if (last === undefined) return entries;
        position = positionOf(last);
      }
    },
  };
}
