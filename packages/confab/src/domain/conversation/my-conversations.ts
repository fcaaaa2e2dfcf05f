import type { ConversationRow, MembershipRow, ReadDb } from '../../store/seam.ts';
import { listMemberships } from '../participant/queries.ts';

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
  const memberships = await listMemberships(db, userId, { order: 'asc', from, limit });
  if (memberships.length === 0) return [];
  const ids = memberships.map((membership) => membership.conversation_id);
  const rows = await db.selectFrom('conversations').selectAll().where('id', 'in', ids).execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return memberships.flatMap((membership) => {
    const conversation = byId.get(membership.conversation_id);
    return conversation === undefined ? [] : [{ conversation, membership }];
  });
}
