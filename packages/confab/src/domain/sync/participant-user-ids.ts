import type { ReadDb } from '../../store/seam.ts';

/** Users in one query. */
const CHUNK = 500;

/** Which of these users are participants of the conversation now. */
export async function participantUserIds(
  db: ReadDb,
  conversationId: number,
  userIds: readonly number[],
): Promise<ReadonlySet<number>> {
  const found = new Set<number>();
  for (let at = 0; at < userIds.length; at += CHUNK) {
    const rows = await db
      .selectFrom('participants')
      .select('user_id')
      .where('conversation_id', '=', conversationId)
      .where('user_id', 'in', userIds.slice(at, at + CHUNK))
      .execute();
    for (const { user_id } of rows) found.add(user_id);
  }
  return found;
}
