import { appendEvent, type ConversationRow, type WriteDb } from '../../store/seam.ts';
import { nameOf, type ServiceRef } from '../actor.ts';
import type { Command } from '../command.ts';
import { claimEvent, lockConversation } from '../conversation/claim-event.ts';
import { conversationRef } from '../conversation/queries.ts';
import { notFound } from '../errors.ts';
import { perConversation } from '../rates.ts';
import { requireConversationPermission } from '../role/require-permission.ts';
import { keepTombstone } from '../sync/keep-tombstone.ts';
import { messageFacts } from './facts.ts';
import { findMessage, isAuthor } from './queries.ts';

export interface RemoveMessageInput {
  service: ServiceRef;
  conversation: ConversationRow;
  messageSid: string;
}

/**
 * Removes a message; its index is never used again (lifecycle 2). When it was the last one, `lastMessage` moves back to the one before it.
 * SDK users need `deleteOwnMessage` for what they wrote, `deleteAnyMessage` for the rest.
 */
export const removeMessage: Command<RemoveMessageInput, RemoveMessageInput, void> = {
  name: 'removeMessage',
  rate: perConversation,
  prepare: (_context, input) => input,
  affinity: ({ conversation }) => conversation.id,
  async transact({ actor, db, changes, now }, { service, conversation, messageSid }) {
    const locked = await lockConversation(db, actor, conversation);
    const before = await findMessage(db, conversation.id, messageSid);
    if (actor.kind === 'user') {
      const own = before !== undefined && isAuthor(before, actor.user.identity);
      await requireConversationPermission(db, actor, conversation.id, own ? 'deleteOwnMessage' : 'deleteAnyMessage');
    }
    if (before === undefined) throw notFound(`Messages/${messageSid}`);
    const claimed = await claimEvent(db, locked, 'messages_event');
    await db.deleteFrom('messages').where('id', '=', before.id).execute();
    const { messages_event: event, roster_event } = claimed;
    const key = String(before.index);
    await keepTombstone(db, { object: 'messages', ownerId: conversation.id, key, event }, now);
    const ref = conversationRef(service, conversation);
    changes.push({ object: 'messages', action: 'removed', event, at: now, conversation: ref, roster_event, key });
    await db
      .updateTable('conversations')
      .set((eb) => ({ messages_count: eb('messages_count', '-', 1) }))
      .where('id', '=', conversation.id)
      .execute();
    if (claimed.last_message_index === before.index) {
      const row = await moveLastMessageBack(db, conversation.id);
      const event = row.channel_event;
      changes.push({ object: 'channel', action: 'updated', event, at: now, conversation: ref, roster_event, row });
    }
    await appendEvent(db, {
      service_id: service.id,
      kind: 'message.removed',
      subject_sid: before.sid,
      actor: nameOf(actor),
      payload: JSON.stringify({ ...messageFacts(before, locked), removed_at: now }),
      created_at: now,
    });
  },
};

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
