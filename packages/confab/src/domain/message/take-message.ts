import type { ConversationRow, MessageRow, WriteDb } from '../../store/seam.ts';
import type { ServiceRef } from '../actor.ts';
import type { TransactContext } from '../command.ts';
import { claimEvent } from '../conversation/claim-event.ts';
import { conversationRef } from '../conversation/queries.ts';
import { removeMediaOf } from '../media/remove-media.ts';
import { keepTombstone } from '../sync/keep-tombstone.ts';

/**
 * Takes a message out of its conversation, which is locked; its files go with it, and its index is never used again (lifecycle 2). When it was the last one,
 * `lastMessage` moves back to the one before it. The part that removing, erasing and ageing have in common: what the event log tells of it
 * is the caller's.
 */
export async function takeMessage(
  { db, changes, now }: Pick<TransactContext, 'db' | 'changes' | 'now'>,
  service: Pick<ServiceRef, 'sid'>,
  locked: ConversationRow,
  message: Pick<MessageRow, 'id' | 'index' | 'sid' | 'media'>,
): Promise<void> {
  const claimed = await claimEvent(db, locked, 'messages_event');
  await db.deleteFrom('messages').where('id', '=', message.id).execute();
  if (message.media !== null) await removeMediaOf(db, message.sid, now);
  const { messages_event: event, roster_event } = claimed;
  const key = String(message.index);
  await keepTombstone(db, { object: 'messages', ownerId: locked.id, key, event }, now);
  const ref = conversationRef(service, locked);
  changes.push({ object: 'messages', action: 'removed', event, at: now, conversation: ref, roster_event, key });
  await db
    .updateTable('conversations')
    .set((eb) => ({ messages_count: eb('messages_count', '-', 1) }))
    .where('id', '=', locked.id)
    .execute();
  if (claimed.last_message_index === message.index) {
    const row = await moveLastMessageBack(db, locked.id);
    const event = row.channel_event;
    changes.push({ object: 'channel', action: 'updated', event, at: now, conversation: ref, roster_event, row });
  }
}

async function moveLastMessageBack(db: WriteDb, conversationId: number): Promise<ConversationRow> {
  const last = await db
    .selectFrom('messages')
    .select(['index', 'created_at'])
    .where('conversation_id', '=', conversationId)
    .orderBy('index', 'desc')
    .limit(1)
    .executeTakeFirst();
  return db
    .updateTable('conversations')
    .set((eb) => ({
      last_message_index: last?.index ?? null,
      last_message_at: last?.created_at ?? null,
      channel_event: eb('channel_event', '+', 1),
    }))
    .where('id', '=', conversationId)
    .returningAll()
    .executeTakeFirstOrThrow();
}
