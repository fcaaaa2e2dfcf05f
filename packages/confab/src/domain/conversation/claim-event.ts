import type { ConversationRow, WriteDb } from '../../store/seam.ts';
import { type DomainError, notFound, refusals } from '../errors.ts';

type Counter = 'channel_event' | 'messages_event' | 'roster_event';

/**
 * The next event id of one of the conversation's Sync objects, and the row as it is with it. Takes the lock on the conversation that orders
 * its changes. Refuses a conversation that is gone (404) or closed (50377).
 */
export async function claimEvent(
  db: WriteDb,
  conversation: Pick<ConversationRow, 'id' | 'sid'>,
  counter: Counter,
): Promise<ConversationRow> {
  const row = await db
    .updateTable('conversations')
    .set((eb) => ({ [counter]: eb(counter, '+', 1) }))
    .where('id', '=', conversation.id)
    .where('state', '!=', 'closed')
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) throw await whyConversationRefused(db, conversation);
  return row;
}

/** Why a conversation took no change: it is gone, or closed (lifecycle 1). */
export async function whyConversationRefused(
  db: WriteDb,
  conversation: Pick<ConversationRow, 'id' | 'sid'>,
): Promise<DomainError> {
  const still = await db.selectFrom('conversations').select('id').where('id', '=', conversation.id).executeTakeFirst();
  return still === undefined ? notFound(`Conversations/${conversation.sid}`) : refusals.conversationClosed();
}

/** Refuses a conversation that is gone or closed. */
export async function requireOpen(db: WriteDb, conversation: Pick<ConversationRow, 'id' | 'sid'>): Promise<void> {
  const open = await db
    .selectFrom('conversations')
    .select('id')
    .where('id', '=', conversation.id)
    .where('state', '!=', 'closed')
    .executeTakeFirst();
  if (open === undefined) throw await whyConversationRefused(db, conversation);
}
