import type { Outbox } from '../outbox.ts';
import { type SubscriptionEntry, subscriptionResult } from '../sync/subscription-result.ts';
import { createSessionList, type SessionList } from './session-list.ts';

/** The session lists of one connection. */
export interface SessionLists {
  make(context: object): SessionList;
  find(sid: string): SessionList | undefined;
  establish(correlationId: number, entries: readonly SubscriptionEntry[]): void;
  cancel(correlationId: number, entries: readonly SubscriptionEntry[]): void;
}

/**
 * After a reconnect the SDK makes a list for each command that it had no list for, and uses the newest from then on: it may make as many at
 * once as its app gives commands. The oldest goes when there are more.
 */
const LISTS = 256;

/** 54150: the client makes a new list, and repeats its command there (protocol 16.3). */
export const LIST_NOT_FOUND = { status: 404, code: 54150, message: 'List not found' };

export function createSessionLists(options: {
  outbox: Pick<Outbox, 'notify'>;
  serviceSid: string;
  now: () => number;
}): SessionLists {
  const { outbox } = options;
  /** Made with the first: no other client has any. */
  let lists: Map<string, SessionList> | undefined;
  const waitingBytes = { bytes: 0 };

  return {
    make(context) {
      lists ??= new Map();
      for (const oldest of lists.values()) {
        if (lists.size < LISTS) break;
        lists.delete(oldest.sid);
        oldest.end();
      }
      const list = createSessionList({ ...options, context, waitingBytes });
      lists.set(list.sid, list);
      return list;
    },
    find: (sid) => lists?.get(sid),
    establish(correlationId, entries) {
      for (const entry of entries) {
        const list = lists?.get(entry.objectSid);
        if (list !== undefined) list.establish(correlationId, entry);
        else {
          outbox.notify(subscriptionResult(correlationId, 'subscription_failed', entry, { error: LIST_NOT_FOUND }));
        }
      }
    },
    cancel(correlationId, entries) {
      for (const entry of entries) {
        const list = lists?.get(entry.objectSid);
        if (list !== undefined) list.cancel(correlationId, entry);
        else outbox.notify(subscriptionResult(correlationId, 'subscription_canceled', entry, {}));
      }
    },
  };
}
