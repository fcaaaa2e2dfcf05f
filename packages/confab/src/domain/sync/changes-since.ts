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
import { headEvent } from './head-event.ts';
import type { SyncObject } from './sync-object.ts';

export interface ChangePage {
  /** In strictly ascending event id. */
  changes: Change[];
  /** A reader that has these changes is up to date to this event id. */
  upTo: number;
  /** False: there are more; ask again after `upTo`. */
  complete: boolean;
}

/**
 * What happened to the object after event `after`, told by its present state: a removal for each tombstone, an addition for each item
 * made since, an update for each item changed since, in ascending event id, so that it can be cut anywhere (protocol 6.6). At most `limit`
 * changes. Undefined when the object's owner is gone.
 */
export async function changesSince(
  db: ReadDb,
  object: SyncObject,
  after: number,
  limit: number,
): Promise<ChangePage | undefined> {
  // Read before the items: what is committed in between is told now and once more later, which is harmless; the reverse would lose it.
  const head = await headEvent(db, object);
  if (head === undefined) return undefined;
  if (head <= after) return { changes: [], upTo: after, complete: true };
  const changes = await read(db, object, after, limit);
  const last = changes.at(-1);
  if (changes.length < limit || last === undefined) {
    return { changes, upTo: Math.max(head, last?.event ?? 0), complete: true };
  }
  return { changes, upTo: last.event, complete: false };
}

async function read(db: ReadDb, object: SyncObject, after: number, limit: number): Promise<Change[]> {
  switch (object.kind) {
    case 'channel':
      return channelChanges(db, object.id, object.conversation);
    case 'messages':
      return merge(limit, await messageChanges(db, object.id, object.conversation, after, limit));
    case 'roster':
      return merge(limit, await rosterChanges(db, object.id, object.conversation, after, limit));
    case 'memberships':
      return merge(limit, await membershipChanges(db, object.id, object.user, after, limit));
    case 'user_info':
      return merge(limit, await userInfoChanges(db, object.id, object.user, after));
  }
}

function merge<C extends Change>(limit: number, changes: C[]): C[] {
  return changes.sort((a, b) => a.event - b.event).slice(0, limit);
}

async function channelChanges(db: ReadDb, id: number, conversation: ConversationRef): Promise<Change[]> {
  const row = await db.selectFrom('conversations').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) return [];
  const at = Math.max(row.updated_at, row.last_message_at ?? 0);
  return [{ object: 'channel', event: row.channel_event, at, conversation, row }];
}

async function messageChanges(
  db: ReadDb,
  id: number,
  conversation: ConversationRef,
  after: number,
  limit: number,
): Promise<MessageChange[]> {
  const messages = db.selectFrom('messages').selectAll().where('conversation_id', '=', id).limit(limit);
  const created = await messages.where('created_event', '>', after).orderBy('created_event').execute();
  const changed = await messages
    .where('event', '>', after)
    .whereRef('event', '>', 'created_event')
    .orderBy('event')
    .execute();
  const base = { object: 'messages', conversation } as const;
  return [
    ...created.map((row) => ({ ...base, action: 'added', event: row.created_event, at: row.created_at, row }) as const),
    ...changed.map((row) => ({ ...base, action: 'updated', event: row.event, at: row.updated_at, row }) as const),
    ...(await removals(db, 'messages', id, after, limit)).map((removal) => ({ ...base, ...removal })),
  ];
}

async function rosterChanges(
  db: ReadDb,
  id: number,
  conversation: ConversationRef,
  after: number,
  limit: number,
): Promise<RosterChange[]> {
  const roster = participants(db).where('participants.conversation_id', '=', id).limit(limit);
  const created = await roster.where('roster_created_event', '>', after).orderBy('roster_created_event').execute();
  const changed = await roster
    .where('roster_event', '>', after)
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
    ...(await removals(db, 'roster', id, after, limit)).map((removal) => ({ ...base, ...removal })),
  ];
}

async function membershipChanges(
  db: ReadDb,
  id: number,
  user: UserRef,
  after: number,
  limit: number,
): Promise<MembershipChange[]> {
  const mine = memberships(db).where('participants.user_id', '=', id).limit(limit);
  const created = await mine
    .where('membership_created_event', '>', after)
    .orderBy('membership_created_event')
    .execute();
  const changed = await mine
    .where('membership_event', '>', after)
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
    ...(await removals(db, 'memberships', id, after, limit)).map((removal) => ({ ...base, ...removal })),
  ];
}

async function userInfoChanges(db: ReadDb, id: number, user: UserRef, after: number): Promise<UserInfoChange[]> {
  const row = await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) return [];
  const change = (key: UserInfoChange['key'], event: number): UserInfoChange[] =>
    event > after ? [{ object: 'user_info', action: 'updated', event, at: row.updated_at, user, key, row }] : [];
  return [...change('friendlyName', row.friendly_name_event), ...change('attributes', row.attributes_event)];
}

async function removals(db: ReadDb, object: TombstoneObject, ownerId: number, after: number, limit: number) {
  const rows = await db
    .selectFrom('sync_tombstones')
    .select(['key', 'event', 'removed_at'])
    .where('object', '=', object)
    .where('owner_id', '=', ownerId)
    .where('event', '>', after)
    .orderBy('event')
    .limit(limit)
    .execute();
  return rows.map(({ key, event, removed_at }) => ({ action: 'removed', key, event, at: removed_at }) as const);
}
