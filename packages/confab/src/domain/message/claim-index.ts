import { type ConversationRow, type Param, statement, type WriteDb } from '../../store/seam.ts';
import type { TransactContext } from '../command.ts';
import { whyConversationRefused } from '../conversation/claim-event.ts';
import { revive } from '../conversation/revive.ts';

/**
 * One row to lock and four counters to move: the next index, and the events of the messages list and of the channel's `lastMessage`. A
 * message restarts the timers (lifecycle 1), which most conversations have not: then there is nothing to change.
 */
const claimIndex = statement((db: WriteDb, p: Param<{ id: number; created_at: number; now: number }>) =>
  db
    .updateTable('conversations')
    .set((eb) => ({
      next_message_index: eb('next_message_index', '+', 1),
      last_message_index: eb.ref('next_message_index'),
      last_message_at: p('created_at'),
      messages_count: eb('messages_count', '+', 1),
      messages_event: eb('messages_event', '+', 1),
      channel_event: eb('channel_event', '+', 1),
      inactive_at: eb('inactive_after', '+', p('now')),
      closed_at: eb('closed_after', '+', p('now')),
    }))
    .where('id', '=', p('id'))
    .where('state', '=', 'active')
    .where('deleted_at', 'is', null)
    .returningAll(),
);

/** Conversations are sorted by activity to the minute: two indexes that each message would else have to move the conversation in. */
const ACTIVE_WITHIN_MS = 60_000;

/** The claim of an active conversation. An inactive one is made active by the message (lifecycle 1). */
export async function claimActive(
  { actor, db, now }: Pick<TransactContext, 'actor' | 'db' | 'now'>,
  conversation: ConversationRow,
  createdAt: number,
): Promise<ConversationRow> {
  const [claimed] = await claimIndex(db, { id: conversation.id, created_at: createdAt, now });
  if (claimed !== undefined) {
    if (createdAt - claimed.active_at < ACTIVE_WITHIN_MS) return claimed;
    await db.updateTable('conversations').set({ active_at: createdAt }).where('id', '=', claimed.id).execute();
    return { ...claimed, active_at: createdAt };
  }
  if (!(await revive(db, actor, conversation, now))) throw await whyConversationRefused(db, actor, conversation);
  return claimActive({ actor, db, now }, conversation, createdAt);
}
