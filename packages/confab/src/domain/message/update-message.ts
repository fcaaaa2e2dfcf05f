import {
  appendEvent,
  type ChannelChange,
  type ConversationRow,
  type MessageRow,
  type WriteDb,
} from '../../store/seam.ts';
import { type Actor, nameOf, type ServiceRef } from '../actor.ts';
import type { Command } from '../command.ts';
import { lockConversation } from '../conversation/claim-event.ts';
import { conversationRef } from '../conversation/queries.ts';
import { DomainError, notFound, refusals } from '../errors.ts';
import { perConversation } from '../rates.ts';
import type { Permission } from '../role/permissions.ts';
import { requireConversationPermission } from '../role/require-permission.ts';
import { checkAttributes, checkBytes, checkLength } from '../text.ts';
import { authorOf, requireMayAttribute } from './attribution.ts';
import { changeMessage } from './change-message.ts';
import { messageFacts } from './facts.ts';
import { findMessage, isAuthor } from './queries.ts';

export interface UpdateMessageInput {
  service: ServiceRef;
  conversation: ConversationRow;
  messageSid: string;
  /** Absent: stays as it is. */
  body?: string | undefined;
  attributes?: string | undefined;
  /** Empty: none. For account credentials, like what follows. */
  subject?: string | undefined;
  /** Empty: `system`. */
  author?: string | undefined;
  /** Whom a pre-action webhook makes the author, whoever changes it. */
  alteredAuthor?: string | undefined;
  /** What was asked for before a webhook altered it: rights are needed for that only. */
  asked?: Pick<UpdateMessageInput, 'body' | 'attributes'> | undefined;
  /** When it was written and last changed, in ms: for importing history. */
  createdAt?: number | undefined;
  updatedAt?: number | undefined;
}

/**
 * Changes a message. SDK users may change body and attributes, and need the `…OwnMessage…` permission for what they wrote and the
 * `…AnyMessage…` one for what others wrote. Refuses with 404 for a message that is not there, 50377 in a closed conversation,
 * 50509 for another body of a message with files.
 */
export const updateMessage: Command<UpdateMessageInput, UpdateMessageInput, MessageRow> = {
  name: 'updateMessage',
  rate: perConversation,
  prepare({ actor, limits }, input) {
    const { body, attributes, subject, author } = input;
    requireMayAttribute(actor, input);
    if (subject !== undefined) {
      if (actor.kind === 'user') throw refusals.notAllowed();
      checkLength('Subject', subject, limits.messageSubjectCharacters, 20001);
    }
    for (const name of [author, input.alteredAuthor]) {
      if (name !== undefined) checkLength('Author', name, limits.identityCharacters, 20001);
    }
    if (body === '') throw new DomainError(50503, 400, 'Body must not be empty: a message needs a text.', 'Body');
    if (body !== undefined) checkBytes('Body', body, limits.messageBodyBytes, 50504);
    return {
      ...input,
      attributes: attributes === undefined ? undefined : checkAttributes(attributes, limits.messageAttributesBytes),
    };
  },
  affinity: ({ conversation }) => conversation.id,
  preAction: {
    event: 'onMessageUpdate',
    service: ({ service }) => service,
    conversation: ({ conversation }) => conversation.sid,
    async tell({ read }, { conversation, messageSid, body, attributes, author, updatedAt }) {
      const row = await findMessage(read, conversation.id, messageSid);
      if (row === undefined) return undefined;
      const by = author === undefined ? undefined : await authorOf(read, conversation.id, author);
      return messageFacts(
        {
          ...row,
          body: body ?? row.body,
          attributes: attributes ?? row.attributes,
          ...(by !== undefined && { author: by.name, participant_sid: by.participantSid }),
          updated_at: updatedAt ?? row.updated_at,
        },
        conversation,
      );
    },
    alter: (input, { body, author, attributes }) => ({
      ...input,
      body: body ?? input.body,
      attributes: attributes ?? input.attributes,
      alteredAuthor: author,
      asked: input.asked ?? input,
    }),
  },
  async transact(context, input) {
    const { actor, db, changes, now } = context;
    const { service, conversation, messageSid, body, attributes, subject, createdAt, updatedAt = now } = input;
    const locked = await lockConversation(db, actor, conversation);
    const before = await findMessage(db, conversation.id, messageSid);
    await requireMayEdit(db, actor, conversation, before, input.asked ?? input);
    if (before === undefined) throw notFound(`Messages/${messageSid}`);
    if (body !== undefined && before.media !== null)
      throw new DomainError(50509, 400, 'The body of a media message cannot be changed.', 'Body');
    const name = input.alteredAuthor ?? input.author;
    const author = name === undefined ? undefined : await authorOf(db, conversation.id, name);
    const row = await changeMessage(context, service, locked, before, {
      // What is not given is left out: by now it may be something else than before the lock.
      ...(body !== undefined && { body }),
      ...(attributes !== undefined && { attributes }),
      ...(subject !== undefined && { subject: subject === '' ? null : subject }),
      ...(author !== undefined && { author: author.name, participant_sid: author.participantSid }),
      ...(createdAt !== undefined && { created_at: createdAt }),
      last_updated_by: nameOf(actor),
      updated_at: updatedAt,
    });
    if (row.created_at !== before.created_at && locked.last_message_index === row.index) {
      changes.push(await moveLastMessageTo(db, service, locked, row.created_at, now));
    }
    await appendEvent(db, {
      service_id: service.id,
      kind: 'message.updated',
      subject_sid: row.sid,
      actor: nameOf(actor),
      payload: JSON.stringify(messageFacts(row, locked)),
      created_at: now,
    });
    return row;
  },
};

/** The channel document tells when the last message was written (protocol 8.3). */
async function moveLastMessageTo(
  db: WriteDb,
  service: ServiceRef,
  { id }: ConversationRow,
  at: number,
  now: number,
): Promise<ChannelChange> {
  const row = await db
    .updateTable('conversations')
    .set((eb) => ({ last_message_at: at, channel_event: eb('channel_event', '+', 1) }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  const { channel_event: event, roster_event } = row;
  const conversation = conversationRef(service, row);
  return { object: 'channel', action: 'updated', event, at: now, conversation, roster_event, row };
}

async function requireMayEdit(
  db: WriteDb,
  actor: Actor,
  conversation: ConversationRow,
  message: MessageRow | undefined,
  { body, attributes }: Pick<UpdateMessageInput, 'body' | 'attributes'>,
): Promise<void> {
  if (actor.kind !== 'user') return;
  const own = message !== undefined && isAuthor(message, actor.user.identity);
  const needed: Permission[] = [];
  // Who changes nothing gets the message all the same, and is named as who changed it last: the right is needed for that, too.
  if (body !== undefined || attributes === undefined) needed.push(own ? 'editOwnMessage' : 'editAnyMessage');
  if (attributes !== undefined) needed.push(own ? 'editOwnMessageAttributes' : 'editAnyMessageAttributes');
  // What changes nothing but who was the last to change it is an edit, too, and its answer shows the message.
  if (needed.length === 0) needed.push(own ? 'editOwnMessage' : 'editAnyMessage');
  for (const permission of needed) await requireConversationPermission(db, actor, conversation.id, permission);
}
