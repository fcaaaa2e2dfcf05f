import type { ConversationRow, MessageRow } from '../../store/seam.ts';
import type { ServiceRef } from '../actor.ts';
import type { TransactContext } from '../command.ts';
import { claimEvent } from '../conversation/claim-event.ts';
import { conversationRef } from '../conversation/queries.ts';

/**
 * Stores other values in a message of a conversation, which is locked, and tells those who are in it. The part that every change of a
 * message has in common: whether it is an edit (`updated_at`, `last_updated_by`), and what the event log tells of it, is the caller's.
 */
export async function changeMessage(
  { db, changes, now }: Pick<TransactContext, 'db' | 'changes' | 'now'>,
  service: Pick<ServiceRef, 'sid'>,
  locked: ConversationRow,
  { id }: Pick<MessageRow, 'id'>,
  values: Partial<Omit<MessageRow, 'id' | 'event'>>,
): Promise<MessageRow> {
  const { messages_event: event, roster_event } = await claimEvent(db, locked, 'messages_event');
  const row = await db
    .updateTable('messages')
    .set({ ...values, event })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  const conversation = conversationRef(service, locked);
  changes.push({ object: 'messages', action: 'updated', event, at: now, conversation, roster_event, row });
  return row;
}
