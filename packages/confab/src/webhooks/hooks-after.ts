import type { Clock } from '../clock.ts';
import { type Notice, noticesOf, scopeOf } from '../events/index.ts';
import { type EventLogPosition, endOfEventLog, positionOf, readEventLog, type Store } from '../store/index.ts';
import { remembered } from './delivery/remembered.ts';

/** Entries of the log in one answer. */
const READ = 100;

/** How often a reader that waits looks again. */
const LOOK_MS = 250;

export interface ReadHooks {
  accountId: number;
  /** Absent: from now on. */
  after?: EventLogPosition | undefined;
  /** How long to wait for the first, in ms. */
  waitMs: number;
}

export interface HooksPage {
  notices: Notice[];
  /** Where to go on. */
  next: EventLogPosition;
}

export type HooksAfter = (request: ReadHooks) => Promise<HooksPage>;

/**
 * Reads what webhooks are told of an account, wherever they are sent, from any place in the event log: for `confab listen`. Who waits
 * is answered when `stopping` is aborted.
 */
export function createHooksAfter(store: Store, clock: Clock, stopping?: AbortSignal): HooksAfter {
  return async ({ accountId, after, waitMs }) => {
    let next = after ?? (await endOfEventLog(store));
    const scope = remembered((serviceId: number) => scopeOf(store.read, serviceId));
    const end = clock.now() + waitMs;
    for (;;) {
      const entries = await readEventLog(store, next, READ);
      const notices: Notice[] = [];
      for (const entry of entries) {
        next = positionOf(entry);
        const of = entry.webhooks === 1 ? await scope(entry.service_id) : undefined;
        if (of?.accountId === accountId) notices.push(...noticesOf(entry, of));
      }
      if (notices.length > 0 || stopping?.aborted === true || clock.now() >= end) return { notices, next };
      if (entries.length < READ) await new Promise<void>((resolve) => clock.setTimer(resolve, LOOK_MS));
    }
  };
}
