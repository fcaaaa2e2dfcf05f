import type { Clock } from '../../clock.ts';
import {
  type EventLogEntry,
  type EventLogPosition,
  growsAfter,
  positionOf,
  readEventLog,
  type Store,
  type WriteDb,
} from '../../store/index.ts';
import { createAlarm } from './alarm.ts';
import { LeaseLostError, moveCursor } from './cursor.ts';
import { type HeldLease, holdLease } from './held-lease.ts';

/** Entries that are read at once when the consumer does not say. */
const BATCH = 100;

/** The bus is a hint (invariant 4): a consumer that hears nothing looks by itself. */
const LOOK_MS = 5_000;

/** There are entries that an older transaction, still open, keeps from being read. It seldom takes longer than a commit. */
const HELD_BACK_MS = 50;

/** How long the consumer waits after a failure, and a node for the lease of another. */
const RETRY_MS = 2_000;

/**
 * Deals with entries, in the order of the log. What it resolves with runs in the transaction that moves the cursor, so that what it keeps in
 * the database is kept once; whatever else it does happens at least once. When it rejects, it gets the same entries again after a while.
 * `signal` is aborted when another node goes on in its place.
 */
export type HandleEvents = (
  entries: readonly EventLogEntry[],
  signal: AbortSignal,
) => Promise<((db: WriteDb) => Promise<void>) | undefined>;

export interface ConsumerOptions {
  store: Store;
  /** The database's, as the node knows it (invariant 9). */
  clock: Clock;
  /** The same on every node: one of them reads for all. */
  name: string;
  /** Where a consumer of this name begins that there never was; the beginning of the log when absent. */
  start?: EventLogPosition | undefined;
  batch?: number | undefined;
  handle: HandleEvents;
  /** Entries were dealt with, and what came of them is committed. */
  onMoved?: (() => void) | undefined;
  onError(error: unknown): void;
}

export interface Consumer {
  /** The log has grown. */
  wake(): void;
  /** Finishes the entries in hand and gives the lease back. */
  stop(): Promise<void>;
}

/**
 * Reads the event log for a named consumer, on one node at a time, from where any node left off (design 4). Entries come in an order in
 * which none is skipped, in batches, the next when the last is dealt with. A node that dies is taken over from after `LEASE_MS`.
 */
export function startConsumer(options: ConsumerOptions): Consumer {
  const { store, clock, batch = BATCH, handle, onMoved, onError } = options;
  const alarm = createAlarm(clock);
  let stopped = false;

  async function readOn({ lease, signal, times }: HeldLease): Promise<void> {
    let { position } = lease;
    while (!stopped && !signal.aborted) {
      alarm.reset();
      const entries = await readEventLog(store, position, batch);
      const last = entries.at(-1);
      if (last === undefined) {
        await alarm.wait((await growsAfter(store, position)) ? HELD_BACK_MS : LOOK_MS, signal);
        continue;
      }
      const keep = await handle(entries, signal);
      signal.throwIfAborted();
      const next = positionOf(last);
      await store.write(async ({ db }) => {
        await moveCursor(db, lease, next, times());
        await keep?.(db);
      });
      position = next;
      onMoved?.();
    }
  }

  async function run(): Promise<void> {
    while (!stopped) {
      try {
        const held = await holdLease(options);
        if (held !== undefined) await readOn(held).finally(held.release);
      } catch (error) {
        if (!(error instanceof LeaseLostError)) onError(error);
      }
      // A wake-up does not make the retry of a failure, or of a lease that another has, come sooner.
      if (!stopped) await alarm.sleep(RETRY_MS);
    }
  }

  const running = run();
  return {
    wake: () => alarm.ring(),
    async stop() {
      stopped = true;
      alarm.end();
      await running;
    },
  };
}
