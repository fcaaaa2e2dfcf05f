import { randomBytes } from 'node:crypto';
import type { Outbox } from '../outbox.ts';
import { SYNC_MESSAGE_TYPE } from '../sync/event.ts';
import { isoTime } from '../sync/item-data.ts';
import { revisionOf } from '../sync/revision.ts';
import { type SubscriptionEntry, subscriptionResult } from '../sync/subscription-result.ts';
import { itemsUrl, itemUrl, objectUrl } from '../sync/urls.ts';
import type { Notification } from '../twilsock/notification.ts';

/**
 * The private list through which SDK 1.2 gives its commands (protocol 16.3): it pushes an item for each, and hears of the answer as an
 * update of that item. Nothing is stored: it lives as long as its connection, and a client whose list is gone makes a new one.
 */
export interface SessionList {
  readonly sid: string;
  /** What the client works with: who it is and where everything else begins. */
  readonly context: object;
  descriptor(): object;
  /** Takes an item in. Undefined when the client asks for much and listens to none of the answers. */
  append(): { index: number; body: object } | undefined;
  /** Puts the answer into its item. It goes out now, or when the client subscribes. */
  answer(index: number, data: object): void;
  establish(correlationId: number, entry: SubscriptionEntry): void;
  cancel(correlationId: number, entry: SubscriptionEntry): void;
  /** Forgets what waits, now and later. */
  end(): void;
}

/** What waits for the subscriptions of all lists of a connection. */
export interface WaitingBytes {
  bytes: number;
}

/** No other Sync object's: it says of a SID alone that it is of a list here. */
const PREFIX = 'EL';

export function isSessionListSid(sid: string): boolean {
  return sid.startsWith(PREFIX);
}

/** Answers kept for clients that have not subscribed yet, which the SDK does at once: hundreds of the usual ones. */
const WAITING_BYTES = 128 * 1024;

/** The context is the list's first event. The client waits for it, so its id must be above what the descriptor says (protocol 16.3). */
const CONTEXT_EVENT = 1;

export function createSessionList(options: {
  outbox: Pick<Outbox, 'notify'>;
  serviceSid: string;
  context: object;
  waitingBytes: WaitingBytes;
  now: () => number;
}): SessionList {
  const { outbox, serviceSid, context, waitingBytes, now } = options;
  const sid = PREFIX + randomBytes(16).toString('hex');
  const items = itemsUrl(serviceSid, 'list', sid);
  const madeAt = isoTime(now());
  let head = CONTEXT_EVENT;
  let nextIndex = 0;
  let state: 'new' | 'subscribed' | 'ended' = 'new';
  let waiting: { id: number; notification: Notification; bytes: number }[] = [];

  function notificationOf(id: number, type: string, fields: object): Notification {
    const common = { id, list_sid: sid, list_revision: revisionOf(id), date_created: isoTime(now()) };
    return {
      messageType: SYNC_MESSAGE_TYPE,
      envelope: `"event_type":"${type}","event_protocol_version":3`,
      event: JSON.stringify({ ...common, ...fields }),
    };
  }

  function takeWaiting() {
    const taken = waiting;
    waiting = [];
    for (const { bytes } of taken) waitingBytes.bytes -= bytes;
    return taken;
  }

  return {
    sid,
    context,
    descriptor: () => ({
      sid,
      unique_name: null,
      url: objectUrl(serviceSid, 'list', sid),
      links: { items, context: `${objectUrl(serviceSid, 'list', sid)}/Context` },
      revision: revisionOf(0),
      last_event_id: 0,
      date_created: madeAt,
      date_updated: madeAt,
      date_expires: null,
    }),
    append() {
      if (waitingBytes.bytes >= WAITING_BYTES) return undefined;
      const index = nextIndex;
      nextIndex += 1;
      head += 1;
      const at = isoTime(now());
      const fields = { index, list_sid: sid, url: itemUrl(serviceSid, 'list', sid, index), revision: revisionOf(head) };
      return {
        index,
        body: { ...fields, last_event_id: head, date_created: at, date_updated: at, date_expires: null },
      };
    },
    answer(index, data) {
      head += 1;
      const url = itemUrl(serviceSid, 'list', sid, index);
      const fields = { item_index: index, item_url: url, item_revision: revisionOf(head), item_data: data };
      const notification = notificationOf(head, 'list_item_updated', fields);
      if (state === 'subscribed') outbox.notify(notification);
      if (state !== 'new') return;
      const bytes = notification.event?.length ?? 0;
      waitingBytes.bytes += bytes;
      waiting.push({ id: head, notification, bytes });
    },
    establish(correlationId, entry) {
      const known = entry.lastEventId ?? head;
      if (known < CONTEXT_EVENT) {
        outbox.notify(notificationOf(CONTEXT_EVENT, 'list_context_updated', { context_data: context }));
      }
      for (const { id, notification } of takeWaiting()) if (id > known) outbox.notify(notification);
      state = 'subscribed';
      const fields = { replay_status: 'completed', last_event_id: head };
      outbox.notify(subscriptionResult(correlationId, 'subscription_established', entry, fields));
    },
    cancel(correlationId, entry) {
      state = 'new';
      outbox.notify(subscriptionResult(correlationId, 'subscription_canceled', entry, {}));
    },
    end() {
      takeWaiting();
      state = 'ended';
    },
  };
}
