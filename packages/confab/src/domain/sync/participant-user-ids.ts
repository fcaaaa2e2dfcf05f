import type { ReadDb } from '../../store/seam.ts';

/** Users in one query. */
const CHUNK = 500;

/** Which of these users are participants of the conversation now. A deleted user is none, whatever is left of them. */
export async function participantUserIds(
  db: ReadDb,
  conversationId: number,
  userIds: readonly number[],
): Promise<ReadonlySet<number>> {
  const found = new Set<number>();
  for (let at = 0; at < userIds.length; at += CHUNK) {
    const rows = await db
      .selectFrom('participants')
      .innerJoin('users', 'users.id', 'participants.user_id')
      .select('users.id as user_id')
      .where('participants.conversation_id', '=', conversationId)
      .where('participants.user_id', 'in', userIds.slice(at, at + CHUNK))
      .where('users.deleted_at', 'is', null)
      .execute();
    for (const { user_id } of rows) found.add(user_id);
  }
  return found;
}
