import type { CancelTimer, Clock } from '../../clock.ts';
import type { Change, ReadDb, SyncObject, SyncObjectKind } from '../../domain/index.ts';
import { changesSince, headEvents, headPosition, participantUserIds } from '../../domain/index.ts';
import type { Notification } from '../twilsock/notification.ts';
import { eventNotification } from './event.ts';
import { objectSid, objectSidOfChange } from './object-sid.ts';

/** Someone who gets the events of an object, in id order, each once. */
export interface Subscriber {
  /** Id of the last event that it has, or need not get. */
  position: number;
  /** False while it is being brought up to date from the database: live events are not for it yet. */
  live: boolean;
  /** Whose rights it has. */
  readonly userId: number;
  /** It may read the object though its user does not participate. */
  readonly peeking?: boolean;
  deliver(change: Change, notification: () => Notification): void;
  /** Its right to the object may be gone: it looks again before it gets anything more. */
  recheck(): void;
  /** Tells what is no event of the object and leaves no trace in it. */
  tell?(notification: Notification): void;
  /** For who watches a user's own map: the user has left the conversation, though the event cannot be delivered in its turn yet. */
  left(conversationSid: string): void;
  /** Events that it must have can no longer be told. */
  lost(): void;
}

/** An object that somebody on this node is subscribed to. */
export interface ObservedObject {
  readonly object: SyncObject;
  readonly sid: string;
  /** Newest event that this node has seen. */
  head: number;
  /**
   * Roster event up to which this node knows who has left the conversation: whoever did has lost their subscriptions here. What happened
   * among participants of whom it does not know so much is not handed out before it has looked (invariant 7).
   */
  roster: number;
  readonly subscribers: Set<Subscriber>;
  /** Set while this node reads from the database what it has missed. */
  catchingUp: boolean;
  /** More was committed while catching up. */
  stale: boolean;
  /** Updates that wait to be handed out together, the newest of each item, in event order (invariant 10). */
  held: Map<string, Change>;
  /** Set while such updates wait for its end. */
  cancelHold: CancelTimer | undefined;
  /** Resolves when `head` is known: false when the object's owner is gone. */
  ready: Promise<boolean>;
}

export interface HubStatistics {
  objects: number;
  /** Jumps in event ids, and heads that lagged behind the database: bus messages that were lost or late. */
  gaps: number;
}

/** Hands the changes of this and other nodes to the subscribers of this node. */
export interface Hub {
  /**
   * Adds the subscriber to the object, which this node observes from now on. Undefined when the object's owner is gone. The subscriber
   * gets live events as soon as it says that it is `live`.
   */
  subscribe(object: SyncObject, subscriber: Subscriber): Promise<ObservedObject | undefined>;
  /** Takes the subscriber off the object; safe at any moment, also while `subscribe` is still under way. */
  unsubscribe(object: SyncObject, subscriber: Subscriber): void;
  /** Takes what the bus brought. May be called late, twice, out of order, or not at all (invariant 4). */
  publish(changes: readonly Change[]): void;
  /** Hints that the object has changed, without telling how. */
  touch(kind: SyncObjectKind, ownerSid: string, event: number): void;
  /**
   * Tells those who are subscribed to the conversation's roster, which are participants, except one user. Nobody, if this node does not
   * know the roster up to that event: it would not know who has left (invariant 7).
   */
  tellParticipants(
    conversationSid: string,
    roster: number,
    except: { userId: number },
    notification: () => Notification,
  ): void;
  /** Compares what this node serves with the database, and reads what it has missed. */
  compareWithDatabase(): Promise<void>;
  statistics(): HubStatistics;
}

export interface HubOptions {
  read: ReadDb;
  /** Changes read from the database at once. */
  pageSize: number;
  clock: Clock;
  /** In conversations with more participants, read horizons and moves of the last message are merged for so long. */
  horizonMergeMembers: number;
  horizonMergeMs: number;
  /** Told of each change when this node has heard of it, before anybody gets it. */
  onHandOut?: ((change: Change) => void) | undefined;
  onError: (error: unknown) => void;
}

/** A read horizon, or the last message in the channel's document. */
type MergeableUpdate = Extract<Change, { object: 'roster' | 'channel'; action: 'updated' }>;

/** Owners compared in one query. */
const COMPARE_CHUNK = 200;

export function createHub(options: HubOptions): Hub {
  const { read, pageSize, clock, horizonMergeMembers, horizonMergeMs, onHandOut, onError } = options;
  const objects = new Map<string, ObservedObject>();
  let gaps = 0;

  /** Registered before its head is read, so that nothing is committed unseen between the two. */
  function open(object: SyncObject, sid: string): ObservedObject {
    const observed: ObservedObject = {
      object,
      sid,
      head: -1,
      roster: 0,
      subscribers: new Set(),
      catchingUp: true,
      stale: false,
      held: new Map(),
      cancelHold: undefined,
      ready: Promise.resolve(false),
    };
    objects.set(sid, observed);
    observed.ready = load(observed);
    return observed;
  }

  async function load(observed: ObservedObject): Promise<boolean> {
    try {
      const position = await headPosition(read, observed.object);
      if (position === undefined) {
        forget(observed);
        return false;
      }
      observed.head = position.head;
      // Each subscriber compares it with what its right was checked against.
      observed.roster = position.roster;
    } catch (error) {
      forget(observed);
      throw error;
    } finally {
      observed.catchingUp = false;
    }
    // Not awaited: where the object stands is known, and if this look fails, the next comparison makes it good.
    if (observed.stale) catchUp(observed).catch(onError);
    return true;
  }

  function forget(observed: ObservedObject): void {
    observed.cancelHold?.();
    if (objects.get(observed.sid) === observed) objects.delete(observed.sid);
  }

  /**
   * In a large conversation each of these reaches very many: they wait a little, and only the newest of each item goes out. The first
   * move of the last message goes at once, so that only who is busy waits; of read horizons the first of many would go alone.
   */
  function hold(observed: ObservedObject, change: MergeableUpdate): void {
    observed.head = change.event;
    // Taken out first, so that the map stays in the order of event ids.
    observed.held.delete(change.row.sid);
    observed.held.set(change.row.sid, change);
    const first = observed.cancelHold === undefined;
    observed.cancelHold ??= clock.setTimer(() => endHold(observed), horizonMergeMs);
    if (first && change.object === 'channel') handOutHeld(observed);
  }

  /** Who goes on as fast as this waits again, rather than being first. */
  function endHold(observed: ObservedObject): void {
    const more = observed.object.kind === 'channel' && observed.held.size > 0;
    observed.cancelHold = more ? clock.setTimer(() => endHold(observed), horizonMergeMs) : undefined;
    handOutHeld(observed);
  }

  function releaseHeld(observed: ObservedObject): void {
    if (observed.cancelHold === undefined) return;
    observed.cancelHold();
    observed.cancelHold = undefined;
    handOutHeld(observed);
  }

  function handOutHeld(observed: ObservedObject): void {
    const changes = [...observed.held.values()];
    observed.held.clear();
    for (const change of changes) handOut(observed, change);
  }

  function advance(observed: ObservedObject, change: Change): void {
    if (isMergeable(change) && (change.mergeAmong ?? 0) > horizonMergeMembers) {
      hold(observed, change);
      return;
    }
    releaseHeld(observed);
    observed.head = Math.max(observed.head, change.event);
    handOut(observed, change);
  }

  function handOut(observed: ObservedObject, change: Change): void {
    onHandOut?.(change);
    let notification: Notification | undefined;
    const encode = (): Notification => {
      notification ??= eventNotification(change);
      return notification;
    };
    for (const subscriber of observed.subscribers) {
      if (!subscriber.live || subscriber.position >= change.event) continue;
      subscriber.position = change.event;
      subscriber.deliver(change, encode);
    }
  }

  /**
   * The conversation was deleted. Who only peeks learns it from its document; participants have lost it with their own map (protocol 9).
   * Nobody else is told: some may have left before it was deleted, and that can be looked up no more (invariant 7).
   */
  function gone(observed: ObservedObject): void {
    forget(observed);
    for (const subscriber of [...observed.subscribers]) if (subscriber.peeking !== true) subscriber.recheck();
    // Who is being brought up to date looks again by it, and finds that there is nothing any more.
    observed.head += 1;
    const { object, head, roster } = observed;
    if (object.kind !== 'channel') return;
    const at = clock.now();
    const { conversation } = object;
    handOut(observed, {
      object: 'channel',
      action: 'removed',
      event: head,
      at,
      conversation,
      roster_event: roster,
    });
  }

  /** Reads from the database what the bus did not bring. What arrives meanwhile is in the database too, so it only asks for another look. */
  async function catchUp(observed: ObservedObject): Promise<void> {
    if (observed.catchingUp) {
      observed.stale = true;
      return;
    }
    observed.catchingUp = true;
    try {
      for (let more = true; more && objects.get(observed.sid) === observed; ) {
        observed.stale = false;
        const page = await changesSince(read, observed.object, observed.head, pageSize);
        if (page === undefined) {
          gone(observed);
          break;
        }
        if (page === 'too old') {
          // This node itself has slept for weeks: its clients must come again and be told so one by one.
          for (const subscriber of [...observed.subscribers]) subscriber.lost();
          break;
        }
        if (page.roster > observed.roster) await recheckParticipants(observed, page.roster);
        for (const change of page.changes) advance(observed, change);
        observed.head = Math.max(observed.head, page.upTo);
        more = !page.complete || observed.stale;
      }
    } finally {
      observed.catchingUp = false;
    }
  }

  /** Looked up after the page was read, so that whoever left before anything in it happened is found. */
  async function recheckParticipants(observed: ObservedObject, roster: number): Promise<void> {
    const subscribers = [...observed.subscribers];
    const userIds = [...new Set(subscribers.map((subscriber) => subscriber.userId))];
    const participating = await participantUserIds(read, observed.object.id, userIds);
    for (const subscriber of subscribers) if (!participating.has(subscriber.userId)) subscriber.recheck();
    observed.roster = Math.max(observed.roster, roster);
  }

  /**
   * A roster event that is the next one came with all that its commit changed: who left by it has lost their subscriptions already, since
   * their own map comes first.
   */
  function followRoster(change: Change): void {
    if (change.object !== 'roster') return;
    for (const kind of ['channel', 'messages', 'roster'] as const) {
      const observed = objects.get(objectSid(kind, change.conversation.sid));
      if (observed !== undefined && change.event === observed.roster + 1) observed.roster = change.event;
    }
  }

  function knowsParticipants(observed: ObservedObject, change: Change): boolean {
    if (change.object === 'roster') return change.event <= observed.roster;
    return !('roster_event' in change) || change.roster_event <= observed.roster;
  }

  function startCatchUp(observed: ObservedObject): Promise<void> {
    if (!observed.catchingUp) gaps += 1;
    return catchUp(observed).catch(onError);
  }

  async function compareOwners(owner: 'conversation' | 'user', served: readonly ObservedObject[]): Promise<void> {
    const byOwner = Map.groupBy(served, (observed) => observed.object.id);
    const ids = [...byOwner.keys()];
    const behind: ObservedObject[] = [];
    for (let at = 0; at < ids.length; at += COMPARE_CHUNK) {
      const chunk = ids.slice(at, at + COMPARE_CHUNK);
      const found = await headEvents(read, owner, chunk);
      for (const { id, heads } of found) {
        for (const observed of byOwner.get(id) ?? []) {
          if ((heads[observed.object.kind] ?? 0) > observed.head) behind.push(observed);
        }
      }
      const present = new Set(found.map(({ id }) => id));
      // Of those without a row nothing is left to read, which catching up finds out, too.
      for (const id of chunk) if (!present.has(id)) behind.push(...(byOwner.get(id) ?? []));
    }
    await Promise.all(behind.map(startCatchUp));
  }

  return {
    async subscribe(object, subscriber) {
      const sid = sidOf(object);
      const observed = objects.get(sid) ?? open(object, sid);
      observed.subscribers.add(subscriber);
      return (await observed.ready) ? observed : undefined;
    },
    unsubscribe(object, subscriber) {
      const observed = objects.get(sidOf(object));
      if (observed === undefined) return;
      observed.subscribers.delete(subscriber);
      if (observed.subscribers.size === 0) forget(observed);
    },
    publish(changes) {
      for (const change of changes) {
        followRoster(change);
        const observed = objects.get(objectSidOfChange(change));
        if (observed === undefined || change.event <= observed.head) continue;
        const next = change.event === observed.head + 1 && knowsParticipants(observed, change);
        if (!observed.catchingUp && next) {
          advance(observed, change);
          if (change.object === 'channel' && change.action === 'removed') forget(observed);
        } else {
          if (change.object === 'memberships' && change.action === 'removed') {
            for (const subscriber of [...observed.subscribers]) subscriber.left(change.key);
          }
          void startCatchUp(observed);
        }
      }
    },
    touch(kind, ownerSid, event) {
      const observed = objects.get(objectSid(kind, ownerSid));
      if (observed !== undefined && event > observed.head) void startCatchUp(observed);
    },
    tellParticipants(conversationSid, roster, except, encode) {
      const observed = objects.get(objectSid('roster', conversationSid));
      if (observed === undefined || observed.catchingUp || roster > observed.roster) return;
      let notification: Notification | undefined;
      for (const subscriber of observed.subscribers) {
        if (!subscriber.live || subscriber.userId === except.userId) continue;
        notification ??= encode();
        subscriber.tell?.(notification);
      }
    },
    async compareWithDatabase() {
      const served = [...objects.values()];
      // Users first: what they have left must not be told to them.
      await compareOwners(
        'user',
        served.filter((observed) => 'user' in observed.object),
      );
      await compareOwners(
        'conversation',
        served.filter((observed) => 'conversation' in observed.object),
      );
    },
    statistics: () => ({ objects: objects.size, gaps }),
  };
}

function isMergeable(change: Change): change is MergeableUpdate {
  return (change.object === 'roster' || change.object === 'channel') && change.action === 'updated';
}

function sidOf(object: SyncObject): string {
  return objectSid(object.kind, 'conversation' in object ? object.conversation.sid : object.user.sid);
}
