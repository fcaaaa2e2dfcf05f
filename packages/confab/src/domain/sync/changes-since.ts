import type {
  Change,
  ConversationRef,
  MembershipChange,
  MessageChange,
  ReadDb,
  RosterChange,
  TombstoneObject,
  UserInfoChange,
  UserRef,
} from '../../store/seam.ts';
import { memberships, participants } from '../participant/queries.ts';
import { headPosition } from './head-event.ts';
import type { SyncObject } from './sync-object.ts';

export interface ChangePage {
  /** In strictly ascending event id. */
  changes: Change[];
  /** A reader that has these changes is up to date to this event id. */
  upTo: number;
  /** False: there are more; ask again after `upTo`. */
  complete: boolean;
  /** Newest roster event of the conversation when all of the page had been read; 0 for a user's objects. */
  roster: number;
}

/** What was removed after that event is no longer known: who has nothing newer must start anew (invariant 3). */
export type TooOld = 'too old';

/**
 * What happened to the object after event `after`, told by its present state: a removal for each tombstone, an addition for each item
 * made since, an update for each item changed since, in ascending event id, so that it can be cut anywhere (protocol 6.6). At most `limit`
 * changes. Undefined when the object's owner is gone; `too old` when tombstones after `after` have expired.
 */
export async function changesSince(
  db: ReadDb,
  object: SyncObject,
  after: number,
  limit: number,
): Promise<ChangePage | TooOld | undefined> {
  // Read first: all events up to here are in the database already, so that each of the queries sees them. What is committed between two
  // queries is seen by the later one only, so what comes after the head is left to the next call.
  const position = await headPosition(db, object);
  if (position === undefined) return undefined;
  const { head, floor, roster } = position;
  if (after < floor) return 'too old';
  if (head <= after) return { changes: [], upTo: after, complete: true, roster };
  const changes = await read(db, object, { after, head, roster, limit });
  // Looked at again: removals that have expired since the first look may be missing from what was read, and what was read may tell of
  // more than the first look knew of, so that somebody who has left by then must not see it (invariant 7).
  const now = await headPosition(db, object);
  if (now === undefined) return undefined;
  if (after < now.floor) return 'too old';
  const last = changes.at(-1);
  if (changes.length < limit || last === undefined) {
    return { changes, upTo: Math.max(head, last?.event ?? 0), complete: true, roster: now.roster };
  }
  return { changes, upTo: last.event, complete: false, roster: now.roster };
}

/** The events in question: those after `after`, up to `head`, at most `limit` of them. */
interface Span {
  after: number;
  head: number;
  roster: number;
  limit: number;
}

async function read(db: ReadDb, object: SyncObject, span: Span): Promise<Change[]> {
  switch (object.kind) {
    case 'channel':
      return channelChanges(db, object.id, object.conversation);
    case 'messages':
      return merge(span.limit, await messageChanges(db, object.id, object.conversation, span));
    case 'roster':
      return merge(span.limit, await rosterChanges(db, object.id, object.conversation, span));
    case 'memberships':
      return merge(span.limit, await membershipChanges(db, object.id, object.user, span));
    case 'user_info':
      return merge(span.limit, await userInfoChanges(db, object.id, object.user, span.after));
  }
}

function merge<C extends Change>(limit: number, changes: C[]): C[] {
  return changes.sort((a, b) => a.event - b.event).slice(0, limit);
}

async function channelChanges(db: ReadDb, id: number, conversation: ConversationRef): Promise<Change[]> {
  const row = await db
    .selectFrom('conversations')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (row === undefined) return [];
  const at = Math.max(row.updated_at, row.last_message_at ?? 0, row.state_updated_at ?? 0);
  const { channel_event: event, roster_event } = row;
  return [{ object: 'channel', action: 'updated', event, at, conversation, roster_event, row }];
}

async function messageChanges(
  db: ReadDb,
  id: number,
  conversation: ConversationRef,
  span: Span,
): Promise<MessageChange[]> {
  const { after, head, limit } = span;
  const removed = await removals(db, 'messages', id, span);
  const messages = db.selectFrom('messages').selectAll().where('conversation_id', '=', id).limit(limit);
  const created = await messages
    .where('created_event', '>', after)
    .where('created_event', '<=', head)
    .orderBy('created_event')
    .execute();
  const changed = await messages
    .where('event', '>', after)
    .where('event', '<=', head)
    .whereRef('event', '>', 'created_event')
    .orderBy('event')
    .execute();
  const base = { object: 'messages', conversation, roster_event: span.roster } as const;
  return [
    ...created.map((row) => ({ ...base, action: 'added', event: row.created_event, at: row.created_at, row }) as const),
    ...changed.map((row) => ({ ...base, action: 'updated', event: row.event, at: row.updated_at, row }) as const),
    ...removed.map((removal) => ({ ...base, ...removal })),
  ];
}

async function rosterChanges(
  db: ReadDb,
  id: number,
  conversation: ConversationRef,
  span: Span,
): Promise<RosterChange[]> {
  const { after, head, limit } = span;
  const removed = await removals(db, 'roster', id, span);
  const roster = participants(db).where('participants.conversation_id', '=', id).limit(limit);
  const created = await roster
    .where('roster_created_event', '>', after)
    .where('roster_created_event', '<=', head)
    .orderBy('roster_created_event')
    .execute();
  const changed = await roster
    .where('roster_event', '>', after)
    .where('roster_event', '<=', head)
    .whereRef('roster_event', '>', 'roster_created_event')
    .orderBy('roster_event')
    .execute();
  const base = { object: 'roster', conversation } as const;
  return [
    ...created.map(
      (row) => ({ ...base, action: 'added', event: row.roster_created_event, at: row.created_at, row }) as const,
    ),
    ...changed.map(
      (row) => ({ ...base, action: 'updated', event: row.roster_event, at: row.updated_at, row }) as const,
    ),
    ...removed.map((removal) => ({ ...base, ...removal })),
  ];
}

async function membershipChanges(db: ReadDb, id: number, user: UserRef, span: Span): Promise<MembershipChange[]> {
  const { after, head, limit } = span;
  const removed = await removals(db, 'memberships', id, span);
  const mine = memberships(db).where('participants.user_id', '=', id).limit(limit);
  const created = await mine
    .where('membership_created_event', '>', after)
    .where('membership_created_event', '<=', head)
    .orderBy('membership_created_event')
    .execute();
  const changed = await mine
    .where('membership_event', '>', after)
    .where('membership_event', '<=', head)
    .whereRef('membership_event', '>', 'membership_created_event')
    .orderBy('membership_event')
    .execute();
  const base = { object: 'memberships', user } as const;
  return [
    ...created.map(
      (row) => ({ ...base, action: 'added', event: row.membership_created_event, at: row.created_at, row }) as const,
    ),
    ...changed.map(
      (row) => ({ ...base, action: 'updated', event: row.membership_event, at: row.updated_at, row }) as const,
    ),
    ...removed.map((removal) => ({ ...base, ...removal })),
  ];
}

async function userInfoChanges(db: ReadDb, id: number, user: UserRef, after: number): Promise<UserInfoChange[]> {
  const row = await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) return [];
  const change = (key: UserInfoChange['key'], event: number): UserInfoChange[] =>
    event > after ? [{ object: 'user_info', action: 'updated', event, at: row.updated_at, user, key, row }] : [];
  return [
    ...change('friendlyName', row.friendly_name_event),
    ...change('attributes', row.attributes_event),
    ...change('reachability', row.reachability_event),
  ];
}

/**
 * Read before the items, always: somebody who has come back and now leaves again takes the tombstone of the first time to a later event, and
 * who has read the item before would add what its reader has not been told to remove.
 */
async function removals(db: ReadDb, object: TombstoneObject, ownerId: number, { after, head, limit }: Span) {
  const rows = await db
    .selectFrom('sync_tombstones')
    .select(['key', 'event', 'removed_at'])
    .where('object', '=', object)
    .where('owner_id', '=', ownerId)
    .where('event', '>', after)
    .where('event', '<=', head)
    .orderBy('event')
    .limit(limit)
    .execute();
  return rows.map(({ key, event, removed_at }) => ({ action: 'removed', key, event, at: removed_at }) as const);
}
