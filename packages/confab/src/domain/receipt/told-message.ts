import type { ReadDb } from '../../store/seam.ts';

/** What the event log tells of the message at the horizon of a participant; null when it is gone, or there is none. */
export async function messageAtHorizon(db: ReadDb, conversationId: number, index: number | null) {
  if (index === null) return null;
  const message = await db
    .selectFrom('messages')
    .select(['sid', 'participant_sid', 'created_at'])
    .where('conversation_id', '=', conversationId)
    .where('index', '=', index)
    .executeTakeFirst();
  return message ?? null;
}
