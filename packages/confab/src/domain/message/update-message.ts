import { appendEvent, type ConversationRow, type MessageRow, type WriteDb } from '../../store/seam.ts';
import { type Actor, nameOf, type ServiceRef } from '../actor.ts';
import type { Command } from '../command.ts';
import { claimEvent, lockConversation } from '../conversation/claim-event.ts';
import { conversationRef } from '../conversation/queries.ts';
import { DomainError, notFound } from '../errors.ts';
import type { Permission } from '../role/permissions.ts';
import { requireConversationPermission } from '../role/require-permission.ts';
import { checkAttributes, checkBytes } from '../text.ts';
import { findMessage, isAuthor } from './queries.ts';

export interface UpdateMessageInput {
  service: ServiceRef;
  conversation: ConversationRow;
  messageSid: string;
  /** Absent: stays as it is. */
  body?: string | undefined;
  attributes?: string | undefined;
}

/**
 * Changes a message's body or attributes. SDK users need the `…OwnMessage…` permission for what they wrote and the `…AnyMessage…` one for
 * what others wrote. Refuses with 404 for a message that is not there, 50377 in a closed conversation.
 */
export const updateMessage: Command<UpdateMessageInput, UpdateMessageInput, MessageRow> = {
  name: 'updateMessage',
  prepare({ limits }, input) {
    const { body, attributes } = input;
    if (body === '') throw new DomainError(50503, 400, 'Body must not be empty: a message needs a text.', 'Body');
    if (body !== undefined) checkBytes('Body', body, limits.messageBodyBytes, 50504);
    return {
      ...input,
      attributes: attributes === undefined ? undefined : checkAttributes(attributes, limits.messageAttributesBytes),
    };
  },
  affinity: ({ conversation }) => conversation.id,
  async transact({ actor, db, changes, now }, { service, conversation, messageSid, body, attributes }) {
    const locked = await lockConversation(db, actor, conversation);
    const before = await findMessage(db, conversation.id, messageSid);
    await requireMayEdit(db, actor, conversation, before, body, attributes);
    if (before === undefined) throw notFound(`Messages/${messageSid}`);
    const { messages_event: event } = await claimEvent(db, locked, 'messages_event');
    const row = await db
      .updateTable('messages')
      .set({
        // What is not given is left out: by now it may be something else than before the lock.
        ...(body !== undefined && { body }),
        ...(attributes !== undefined && { attributes }),
        last_updated_by: nameOf(actor),
        event,
        updated_at: now,
      })
      .where('id', '=', before.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    changes.push({
      object: 'messages',
      action: 'updated',
      event,
      at: now,
      conversation: conversationRef(service, conversation),
      roster_event: locked.roster_event,
      row,
    });
    await appendEvent(db, {
      service_id: service.id,
      kind: 'message.updated',
      subject_sid: row.sid,
      actor: nameOf(actor),
      payload: JSON.stringify({
        sid: row.sid,
        conversation_sid: conversation.sid,
        index: row.index,
        author: row.author,
        body: row.body,
        attributes: row.attributes,
        updated_at: now,
      }),
      created_at: now,
    });
    return row;
  },
};

async function requireMayEdit(
  db: WriteDb,
  actor: Actor,
  conversation: ConversationRow,
  message: MessageRow | undefined,
  body: string | undefined,
  attributes: string | undefined,
): Promise<void> {
  if (actor.kind === 'account') return;
  const own = message !== undefined && isAuthor(message, actor.user.identity);
  const needed: Permission[] = [];
  if (body !== undefined) needed.push(own ? 'editOwnMessage' : 'editAnyMessage');
  if (attributes !== undefined) needed.push(own ? 'editOwnMessageAttributes' : 'editAnyMessageAttributes');
  for (const permission of needed) await requireConversationPermission(db, actor, conversation.id, permission);
}
