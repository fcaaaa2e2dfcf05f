import type { ConversationRow, MembershipRow, ReadDb } from '../../store/seam.ts';
import type { KeyRange } from '../key-range.ts';
import { listMemberships, memberships } from '../participant/queries.ts';

export interface MyConversation {
  conversation: ConversationRow;
  membership: MembershipRow;
}

/** The user's conversations by SID, from `from` on, included. */
export async function listMyConversations(
  db: ReadDb,
  userId: number,
  { from, limit }: { from?: string | undefined; limit: number },
): Promise<MyConversation[]> {
  return withConversations(db, await listMemberships(db, userId, { order: 'asc', from, limit }));
}

/** The user's conversations by the conversation's id: the order in which they were made. */
export async function listConversationsOfUser(
  db: ReadDb,
  userId: number,
  { order, from, limit }: KeyRange,
): Promise<MyConversation[]> {
  let query = memberships(db).where('participants.user_id', '=', userId).where('users.deleted_at', 'is', null);
  if (from !== undefined) query = query.where('participants.conversation_id', order === 'asc' ? '>=' : '<=', from);
  return withConversations(db, await query.orderBy('participants.conversation_id', order).limit(limit).execute());
}

async function withConversations(db: ReadDb, rowsOfUser: readonly MembershipRow[]): Promise<MyConversation[]> {
  if (rowsOfUser.length === 0) return [];
  const ids = rowsOfUser.map((membership) => membership.conversation_id);
  const rows = await db.selectFrom('conversations').selectAll().where('id', 'in', ids).execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return rowsOfUser.flatMap((membership) => {
    const conversation = byId.get(membership.conversation_id);
    return conversation === undefined ? [] : [{ conversation, membership }];
  });
}
