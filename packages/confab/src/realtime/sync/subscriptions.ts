import type { JoinPolicy, ReadDb, SyncObject, UserActor } from '../../domain/index.ts';
import { changesSince } from '../../domain/index.ts';
import type { Outbox } from '../outbox.ts';
import { eventNotification, SYNC_MESSAGE_TYPE } from './event.ts';
import type { Hub, Subscriber } from './hub.ts';
import { objectSid, type SyncType } from './object-sid.ts';
import { resolveObject } from './resolve-object.ts';
import { createTaskQueue } from './task-queue.ts';

/** One entry of a subscription request (protocol 6.5). */
export interface SubscriptionEntry {
  objectSid: string;
  objectType: string;
  /** Null: from now on, without replay. */
  lastEventId: number | null;
}

interface Subscription extends Subscriber {
  readonly sid: string;
  readonly type: SyncType;
  /** Known once the right to it was checked. */
  object: SyncObject | undefined;
  /** What the client still waits to hear; undefined once it has been told that the subscription is established. */
  unanswered: { correlationId: number; entry: SubscriptionEntry } | undefined;
  /** Set when it was cancelled or replaced, or the right to it was lost: whatever is under way for it stops. */
  ended: boolean;
}

export interface SubscriptionsOptions {
  hub: Hub;
  read: ReadDb;
  actor: UserActor;
  joinPolicy: JoinPolicy;
  outbox: Outbox;
  maxSubscriptions: number;
  /** Changes read from the database at once for a replay. */
  pageSize: number;
  onError: (error: unknown) => void;
}

/** The Sync subscriptions of one connection. */
export interface Subscriptions {
  establish(correlationId: number, entries: readonly SubscriptionEntry[]): void;
  cancel(correlationId: number, entries: readonly SubscriptionEntry[]): void;
  /** The user lost a conversation: nothing of it goes out any more, unless they may see it again by now. */
  revoke(conversationSid: string): void;
  count(): number;
  close(): void;
}

export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { hub, read, actor, joinPolicy, outbox, maxSubscriptions, pageSize, onError } = options;
  const subscriptions = new Map<string, Subscription>();
  const tasks = createTaskQueue({ concurrency: REPLAYS_AT_ONCE, onError });

  /** A subscription that takes the place of any other to the same object. */
  function begin(sid: string, type: SyncType, unanswered: Subscription['unanswered'], position: number): Subscription {
    const subscription: Subscription = {
      sid,
      type,
      object: undefined,
      unanswered,
      position,
      live: false,
      ended: false,
      deliver: (_change, notification) => outbox.notify(notification()),
    };
    end(subscriptions.get(sid));
    subscriptions.set(sid, subscription);
    tasks.add(() => run(subscription));
    return subscription;
  }

  function end(subscription: Subscription | undefined): void {
    if (subscription === undefined) return;
    subscription.ended = true;
    subscription.live = false;
    if (subscription.object !== undefined) hub.unsubscribe(subscription.object, subscription);
    if (subscriptions.get(subscription.sid) === subscription) subscriptions.delete(subscription.sid);
  }

  /**
   * Checks the right to the object, replays what the client has missed, and goes over to live events without a gap: the last look at the
   * head and the switch happen in one turn. False when the object is not there for this user.
   */
  async function bringUpToDate(subscription: Subscription): Promise<boolean> {
    const object = await resolveObject(read, actor, joinPolicy, subscription.type, subscription.sid);
    if (subscription.ended) return true;
    if (object === undefined) return false;
    subscription.object = object;
    const observed = await hub.subscribe(object, subscription);
    if (subscription.ended) {
      hub.unsubscribe(object, subscription);
      return true;
    }
    if (observed === undefined) return false;
    if (subscription.position === FROM_NOW) subscription.position = observed.head;
    while (subscription.position < observed.head) {
      const target = observed.head;
      const page = await changesSince(read, object, subscription.position, pageSize);
      if (subscription.ended) return true;
      if (page === undefined) return false;
      for (const change of page.changes) outbox.notify(eventNotification(change));
      subscription.position = page.complete ? Math.max(page.upTo, target) : page.upTo;
      await outbox.drained();
      if (subscription.ended) return true;
    }
    subscription.live = true;
    return true;
  }

  async function run(subscription: Subscription): Promise<void> {
    if (subscription.ended) return;
    let found: boolean;
    try {
      found = await bringUpToDate(subscription);
    } catch (error) {
      // Not the client's fault, and a failure would make it give the object up: stay silent, it will ask again (protocol 13, no. 5).
      end(subscription);
      throw error;
    }
    if (subscription.ended) return;
    if (!found) end(subscription);
    const { unanswered } = subscription;
    if (unanswered === undefined) return;
    subscription.unanswered = undefined;
    const { correlationId, entry } = unanswered;
    if (found) {
      const established = { replay_status: 'completed', last_event_id: subscription.position };
      result(correlationId, 'subscription_established', entry, established);
    } else fail(correlationId, entry, NOT_FOUND);
  }

  function result(correlationId: number, type: string, entry: SubscriptionEntry, fields: object): void {
    outbox.notify({
      messageType: SYNC_MESSAGE_TYPE,
      envelope: `"event_type":"${type}","correlation_id":${correlationId},"event_protocol_version":4`,
      event: JSON.stringify({ object_sid: entry.objectSid, object_type: entry.objectType, ...fields }),
    });
  }

  function fail(correlationId: number, entry: SubscriptionEntry, error: SubscriptionError): void {
    result(correlationId, 'subscription_failed', entry, { error });
  }

  return {
    establish(correlationId, entries) {
      for (const entry of entries) {
        const type = asSyncType(entry.objectType);
        if (type === undefined) {
          fail(correlationId, entry, NOT_FOUND);
          continue;
        }
        if (subscriptions.size >= maxSubscriptions && !subscriptions.has(entry.objectSid)) {
          fail(correlationId, entry, TOO_MANY);
          continue;
        }
        begin(entry.objectSid, type, { correlationId, entry }, entry.lastEventId ?? FROM_NOW);
      }
    },
    cancel(correlationId, entries) {
      for (const entry of entries) {
        end(subscriptions.get(entry.objectSid));
        result(correlationId, 'subscription_canceled', entry, {});
      }
    },
    revoke(conversationSid) {
      for (const kind of ['channel', 'messages', 'roster'] as const) {
        const subscription = subscriptions.get(objectSid(kind, conversationSid));
        if (subscription === undefined) continue;
        // Begun anew from where it was: the right is looked up again, because the user may have come back in the meantime.
        begin(subscription.sid, subscription.type, subscription.unanswered, subscription.position);
      }
    },
    count: () => subscriptions.size,
    close() {
      tasks.close();
      for (const subscription of [...subscriptions.values()]) end(subscription);
    },
  };
}

interface SubscriptionError {
  status: number;
  code: number;
  message: string;
}

/** Position of a subscription without replay, until the object's head is known. */
const FROM_NOW = -1;

/** Each holds a page of missed events in memory, so few; but more than one, because each waits for the database. */
const REPLAYS_AT_ONCE = 4;

const NOT_FOUND: SubscriptionError = { status: 404, code: 20404, message: 'Object not found' };
const TOO_MANY: SubscriptionError = { status: 429, code: 20429, message: 'Too many subscriptions on this connection' };

function asSyncType(text: string): SyncType | undefined {
  return text === 'document' || text === 'list' || text === 'map' ? text : undefined;
}
