import type { NotNull } from 'kysely';
import { isSid } from '../../sid.ts';
import type { MembershipRow, ParticipantRow, ReadDb, UserParticipantRow } from '../../store/seam.ts';
import { type Param, statement } from '../../store/seam.ts';
import type { KeyRange } from '../key-range.ts';

/** Participants with the SIDs of their role and user, which every view of them names. */
export function participants(db: ReadDb) {
  return db
    .selectFrom('participants')
    .leftJoin('roles', 'roles.id', 'participants.role_id')
    .leftJoin('users', 'users.id', 'participants.user_id')
    .selectAll('participants')
    .select(['roles.sid as role_sid', 'users.sid as user_sid']);
}

/** Those of them who are users. */
function userParticipants(db: ReadDb) {
  return participants(db)
    .where('participants.user_id', 'is not', null)
    .$narrowType<{ user_id: NotNull; user_sid: NotNull; identity: NotNull }>();
}

/** The participants of one user, with the SIDs of their conversations: what the my-conversations map is made of. */
export function memberships(db: ReadDb) {
  return userParticipants(db)
    .innerJoin('conversations', 'conversations.id', 'participants.conversation_id')
    .select('conversations.sid as conversation_sid');
}

/** Memberships of the user by conversation SID, from `from` on, included. */
export function listMemberships(
  db: ReadDb,
  userId: number,
  { order, from, limit }: { order: 'asc' | 'desc'; from?: string | undefined; limit: number },
): Promise<MembershipRow[]> {
  let query = memberships(db).where('participants.user_id', '=', userId).where('users.deleted_at', 'is', null);
  if (from !== undefined) query = query.where('conversations.sid', order === 'asc' ? '>=' : '<=', from);
  return query.orderBy('conversations.sid', order).limit(limit).execute();
}

/** Participants of the conversation by SID, from `from` on, included: the order of the roster map (protocol 6.3). */
export function listRoster(
  db: ReadDb,
  conversationId: number,
  { order, from, limit }: { order: 'asc' | 'desc'; from?: string | undefined; limit: number },
): Promise<ParticipantRow[]> {
  let query = participants(db).where('participants.conversation_id', '=', conversationId);
  if (from !== undefined) query = query.where('participants.sid', order === 'asc' ? '>=' : '<=', from);
  return query.orderBy('participants.sid', order).limit(limit).execute();
}

const findByUser = statement((db: ReadDb, p: Param<{ user_id: number; conversation_id: number }>) =>
  userParticipants(db)
    .where('participants.user_id', '=', p('user_id'))
    .where('participants.conversation_id', '=', p('conversation_id'))
    .where('users.deleted_at', 'is', null),
);

const findLeftBehind = statement((db: ReadDb, p: Param<{ conversation_id: number; identity: string }>) =>
  participants(db)
    .where('participants.conversation_id', '=', p('conversation_id'))
    .where('participants.identity', '=', p('identity'))
    .where('users.deleted_at', 'is not', null),
);

const findSidByIdentity = statement((db: ReadDb, p: Param<{ conversation_id: number; identity: string }>) =>
  db
    .selectFrom('participants')
    .select('sid')
    .where('conversation_id', '=', p('conversation_id'))
    .where('identity', '=', p('identity')),
);

/** The participant that the user is. What a deleted user has left behind counts for nothing. */
export async function findParticipantOfUser(
  db: ReadDb,
  userId: number,
  conversationId: number,
): Promise<UserParticipantRow | undefined> {
  return (await findByUser(db, { user_id: userId, conversation_id: conversationId }))[0];
}

/** The participant that a deleted user of this identity has left behind, if it was not removed yet. */
export async function findParticipantLeftBehind(
  db: ReadDb,
  conversationId: number,
  identity: string,
): Promise<ParticipantRow | undefined> {
  return (await findLeftBehind(db, { conversation_id: conversationId, identity }))[0];
}

const findSidByAddress = statement((db: ReadDb, p: Param<{ conversation_id: number; address: string }>) =>
  db
    .selectFrom('participants')
    .select('sid')
    .where('address', '=', p('address'))
    .where('conversation_id', '=', p('conversation_id'))
    .orderBy('id')
    .limit(1),
);

/** SID of the participant with this identity or address, if there is one: a message's `participant_sid` (lifecycle 2). */
export async function findParticipantSid(
  db: ReadDb,
  conversationId: number,
  identityOrAddress: string,
): Promise<string | undefined> {
  const [byIdentity] = await findSidByIdentity(db, { conversation_id: conversationId, identity: identityOrAddress });
  if (byIdentity !== undefined) return byIdentity.sid;
  return (await findSidByAddress(db, { conversation_id: conversationId, address: identityOrAddress }))[0]?.sid;
}

/** A participant of the conversation by SID or identity (lifecycle 5). */
export function findParticipant(
  db: ReadDb,
  conversationId: number,
  sidOrIdentity: string,
): Promise<ParticipantRow | undefined> {
  return participants(db)
    .where('participants.conversation_id', '=', conversationId)
    .where(isSid('MB', sidOrIdentity) ? 'participants.sid' : 'participants.identity', '=', sidOrIdentity)
    .executeTakeFirst();
}

/** A participant who is reached by an address only, by SID or address. */
export function findParticipantByAddress(
  db: ReadDb,
  conversationId: number,
  sidOrAddress: string,
): Promise<ParticipantRow | undefined> {
  return participants(db)
    .where('participants.conversation_id', '=', conversationId)
    .where('participants.identity', 'is', null)
    .where(isSid('MB', sidOrAddress) ? 'participants.sid' : 'participants.address', '=', sidOrAddress)
    .orderBy('participants.id')
    .executeTakeFirst();
}

/** Participants of the conversation, by id: the order in which they came. */
export function listParticipants(
  db: ReadDb,
  conversationId: number,
  { order, from, limit }: KeyRange,
): Promise<ParticipantRow[]> {
  let query = participants(db).where('participants.conversation_id', '=', conversationId);
  if (from !== undefined) query = query.where('participants.id', order === 'asc' ? '>=' : '<=', from);
  return query.orderBy('participants.id', order).limit(limit).execute();
}
