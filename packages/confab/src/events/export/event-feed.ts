import {
  type EventLogEntry,
  type EventLogPosition,
  endOfEventLog,
  growsAfter,
  logFloor,
  readEventLog,
  type Store,
} from '../../store/index.ts';

/** The event log for those who read along without a cursor of their own in the database. */
export interface EventFeed {
  /** Entries of these services after a position, and the position up to which it was looked; both empty at the end of the log. */
  read(after: EventLogPosition, services: ReadonlyMap<number, string>): Promise<FeedPage>;
  end(): Promise<EventLogPosition>;
  /** What was before it was deleted for its age. */
  floor(): Promise<EventLogPosition>;
  /** Calls `listener` whenever the log has grown. Returns how to stop. */
  onGrowth(listener: () => void): () => void;
  /** The log has grown. */
  grown(): void;
}

export interface FeedPage {
  entries: readonly EventLogEntry[];
  /** Where to read on; undefined when nothing came after the position. */
  next: EventLogPosition | undefined;
  /** Whether there is more that may soon be read. */
  more: boolean;
}

/** Entries that are read at once. */
const PAGE = 200;

export function createEventFeed(store: Store): EventFeed {
  const listeners = new Set<() => void>();
  return {
    async read(after, services) {
      const page = await readEventLog(store, after, PAGE);
      const last = page.at(-1);
      if (last === undefined) return { entries: [], next: undefined, more: await growsAfter(store, after) };
      return {
        entries: page.filter(({ service_id }) => services.has(service_id)),
        next: { transactionId: last.transaction_id, id: last.id },
        more: true,
      };
    },
    end: () => endOfEventLog(store),
    floor: () => logFloor(store.read),
    onGrowth(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    grown() {
      for (const listener of listeners) listener();
    },
  };
}
