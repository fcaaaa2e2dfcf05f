import type { JoinPolicy, ReadDb, SyncObject, UserActor } from '../../domain/index.ts';
import { changesSince } from '../../domain/index.ts';
import type { Outbox } from '../outbox.ts';
import { eventNotification } from './event.ts';
import type { Hub, Subscriber } from './hub.ts';
import { isObjectSid, objectSid, type SyncType } from './object-sid.ts';
import { resolveObject } from './resolve-object.ts';
import { type ResultType, type SubscriptionEntry, subscriptionResult } from './subscription-result.ts';
import { createTaskQueue } from './task-queue.ts';

interface Subscription extends Subscriber {
  readonly sid: string;
  readonly type: SyncType;
  /** Known once the right to it was checked. */
  object: SyncObject | undefined;
  /** The user reads it without being a participant: a right that can end without a removal. */
  peeking: boolean;
  /** Its right is being looked up now. */
  resolving: boolean;
  /** What the client still waits to hear; undefined once it has been told that the subscription is established. */
  unanswered: { correlationId: number; entry: SubscriptionEntry } | undefined;
  /** Set when it was cancelled or replaced, or the right to it was lost: whatever is under way for it stops. */
  ended: boolean;
  /** Takes it out of the queue, if it is still there. */
  dequeue: () => void;
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
  /** Changes replayed for one subscription before the others have their turn. */
  sliceSize: number;
  /** A subscription is refused because there are too many. */
  onTooMany: () => void;
  /** The client has slept for longer than removals are remembered: it cannot be brought up to date (invariant 3). */
  onTooOld: () => void;
  /** Something that the client was promised cannot be kept: it must come again and ask for what it has missed. */
  onBroken: () => void;
  onError: (error: unknown) => void;
}

/** How far a subscription got. */
type Outcome = 'live' | 'interrupted' | 'absent' | 'too old' | 'ended';

/** The Sync subscriptions of one connection. */
export interface Subscriptions {
  establish(correlationId: number, entries: readonly SubscriptionEntry[]): void;
  cancel(correlationId: number, entries: readonly SubscriptionEntry[]): void;
  /** The user lost a conversation: nothing of it goes out any more, unless they may see it again by now. */
  revoke(conversationSid: string): void;
  /** The user's role has changed: what they read without being a participant is looked at again. */
  recheckPeeks(): void;
  count(): number;
  close(): void;
}

export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const {
    hub,
    read,
    actor,
    joinPolicy,
    outbox,
    maxSubscriptions,
    pageSize,
    sliceSize,
    onTooMany,
    onTooOld,
    onBroken,
    onError,
  } = options;
  const subscriptions = new Map<string, Subscription>();
  const tasks = createTaskQueue({ concurrency: REPLAYS_AT_ONCE, onError });

  // One for all subscriptions: a client has thousands of them.
  const deliver: Subscriber['deliver'] = (_change, notification) => outbox.notify(notification());
  const tell = outbox.notify;

  /** A subscription that takes the place of any other to the same object. */
  function begin(sid: string, type: SyncType, unanswered: Subscription['unanswered'], position: number): Subscription {
    const subscription: Subscription = {
      sid,
      type,
      object: undefined,
      peeking: false,
      resolving: false,
      unanswered,
      position,
      live: false,
      ended: false,
      dequeue: nothing,
      userId: actor.user.id,
      deliver,
      tell,
      recheck: () => beginAnew(subscription),
      left: nothing,
      lost: onTooOld,
    };
    end(subscriptions.get(sid));
    subscriptions.set(sid, subscription);
    subscription.dequeue = tasks.add(() => run(subscription));
    return subscription;
  }

  /** From where it was: the right is looked up again, because the user may have lost it, or have come back in the meantime. */
  function beginAnew({ sid, type, unanswered, position, ended }: Subscription): void {
    if (!ended) begin(sid, type, unanswered, position);
  }

  function end(subscription: Subscription | undefined): void {
    if (subscription === undefined) return;
    subscription.ended = true;
    subscription.live = false;
    subscription.dequeue();
    if (subscription.object !== undefined) hub.unsubscribe(subscription.object, subscription);
    if (subscriptions.get(subscription.sid) === subscription) subscriptions.delete(subscription.sid);
  }

  /**
   * Checks the right to the object, replays what the client has missed, and goes over to live events without a gap: the last look at the
   * head and the switch happen in one turn. A long replay for a client that waits for an answer is cut: it asks for the rest.
   */
  async function bringUpToDate(subscription: Subscription): Promise<Outcome> {
    let right = await checkRight(subscription);
    if (subscription.ended) return 'ended';
    if (right === undefined) return 'absent';
    const { object } = right;
    subscription.object = object;
    const observed = await hub.subscribe(object, subscription);
    if (subscription.ended) {
      hub.unsubscribe(object, subscription);
      return 'ended';
    }
    if (observed === undefined) return 'absent';
    // The same for all who are subscribed to it.
    subscription.object = observed.object;
    if (subscription.position === FROM_NOW) subscription.position = observed.head;
    let replayed = 0;
    while (subscription.position < observed.head || right.roster < observed.roster) {
      if (replayed >= sliceSize && subscription.unanswered !== undefined) return 'interrupted';
      const target = observed.head;
      const page = await changesSince(read, object, subscription.position, Math.min(pageSize, sliceSize));
      if (subscription.ended) return 'ended';
      if (page === undefined) return 'absent';
      if (page === 'too old') return page;
      // Somebody has come or gone since the right was looked up, and it may have been this user.
      if (right.roster < Math.max(page.roster, observed.roster)) {
        right = await checkRight(subscription);
        if (subscription.ended) return 'ended';
        if (right === undefined) return 'absent';
      }
      for (const change of page.changes) {
        outbox.notify(eventNotification(change));
        subscription.position = change.event;
        // After each: a page of large messages is more than a client may leave unread.
        await outbox.drained();
        if (subscription.ended) return 'ended';
      }
      replayed += page.changes.length;
      subscription.position = page.complete ? Math.max(page.upTo, target) : page.upTo;
    }
    subscription.live = true;
    return 'live';
  }

  /** The object, if the user may read it, and the roster event up to which that is known. */
  async function checkRight(subscription: Subscription): Promise<{ object: SyncObject; roster: number } | undefined> {
    subscription.resolving = true;
    const readable = await resolveObject(read, actor, joinPolicy, subscription.type, subscription.sid);
    subscription.resolving = false;
    if (readable === undefined) return undefined;
    subscription.peeking = readable.peeking;
    const roster = 'conversation' in readable ? readable.conversation.roster_event : 0;
    return { object: readable.object, roster };
  }

  async function run(subscription: Subscription): Promise<void> {
    if (subscription.ended) return;
    subscription.dequeue = nothing;
    let outcome: Outcome;
    try {
      outcome = await bringUpToDate(subscription);
    } catch (error) {
      // Not the client's fault, and a failure would make it give the object up: stay silent, it will ask again (protocol 13, no. 5).
      // What was established before it would not ask for again.
      if (subscription.unanswered === undefined && !subscription.ended) onBroken();
      end(subscription);
      throw error;
    }
    if (outcome === 'ended') return;
    if (outcome !== 'live') end(subscription);
    if (outcome === 'too old') return onTooOld();
    const { unanswered } = subscription;
    if (unanswered === undefined) return;
    subscription.unanswered = undefined;
    const { correlationId, entry } = unanswered;
    if (outcome === 'absent') fail(correlationId, entry, NOT_FOUND);
    else {
      const status = outcome === 'live' ? 'completed' : 'interrupted';
      const fields = { replay_status: status, last_event_id: subscription.position };
      result(correlationId, 'subscription_established', entry, fields);
    }
  }

  function result(correlationId: number, type: ResultType, entry: SubscriptionEntry, fields: object): void {
    outbox.notify(subscriptionResult(correlationId, type, entry, fields));
  }

  function fail(correlationId: number, entry: SubscriptionEntry, error: SubscriptionError): void {
    result(correlationId, 'subscription_failed', entry, { error });
  }

  return {
    establish(correlationId, entries) {
      for (const entry of entries) {
        const type = asSyncType(entry.objectType);
        if (type === undefined || !isObjectSid(entry.objectSid)) {
          fail(correlationId, entry, NOT_FOUND);
          continue;
        }
        if (subscriptions.size >= maxSubscriptions && !subscriptions.has(entry.objectSid)) {
          onTooMany();
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
        beginAnew(subscription);
      }
    },
    recheckPeeks() {
      for (const subscription of [...subscriptions.values()]) {
        // Of one whose right is being looked up it is not known yet whether it peeks.
        if (subscription.peeking || subscription.resolving) beginAnew(subscription);
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

function nothing(): void {}
