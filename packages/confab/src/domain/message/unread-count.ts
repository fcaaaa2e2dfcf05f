import type { ReadDb } from '../../store/seam.ts';

/** Messages after the read horizon, counted up to `limit`; null without a horizon (lifecycle 3). */
export async function unreadMessagesCount(
  db: ReadDb,
  conversationId: number,
  horizon: number | null,
  limit: number,
): Promise<number | null> {
  if (horizon === null) return null;
  const { count } = await db
    .selectFrom(
      db
        .selectFrom('messages')
        .select('id')
        .where('conversation_id', '=', conversationId)
        .where('index', '>', horizon)
        .limit(limit)
        .as('unread'),
    )
    .select((eb) => eb.fn.countAll().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}
