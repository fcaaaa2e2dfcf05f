import { newSid } from '../../sid.ts';
import {
  appendEvent,
  type ConversationRow,
  type MessageRow,
  type Param,
  statement,
  type WriteDb,
} from '../../store/seam.ts';
import { type Actor, nameOf, type ServiceRef } from '../actor.ts';
import type { Command } from '../command.ts';
import { contentToSend, type RenderedContent } from '../content/render-content.ts';
import { conversationRef } from '../conversation/queries.ts';
import { DomainError, refusals } from '../errors.ts';
import { addContent } from '../media/add-content.ts';
import { attachMedia, checkMediaSids } from '../media/attach-media.ts';
import { mediaToSend } from '../media/media-to-send.ts';
import { perConversation } from '../rates.ts';
import type { Permission } from '../role/permissions.ts';
import { requireConversationPermission } from '../role/require-permission.ts';
import { checkAttributes, checkBytes, checkLength } from '../text.ts';
import { type Author, authorOf, requireMayAttribute } from './attribution.ts';
import { claimActive } from './claim-index.ts';
import { messageFacts } from './facts.ts';

export interface SendMessageInput {
  service: ServiceRef;
  conversation: ConversationRow;
  body?: string | undefined;
  subject?: string | undefined;
  attributes?: string | undefined;
  /** Files that were uploaded to be sent, in the order in which the message has them. */
  mediaSids?: readonly string[] | undefined;
  /** A content template, which takes the place of body and files (lifecycle 2). */
  contentSid?: string | undefined;
  /** JSON object: the values of its variables. */
  contentVariables?: string | undefined;
  /** For account credentials; an SDK user is always the author of what they send. */
  author?: string | undefined;
  /** Whom a pre-action webhook makes the author, whoever sends it. */
  alteredAuthor?: string | undefined;
  /** What was asked for before a webhook altered it: rights are needed for that only. */
  asked?: Pick<SendMessageInput, 'body'> | undefined;
  /** For account credentials, which import history: when it was written and last changed, in ms. */
  createdAt?: number | undefined;
  updatedAt?: number | undefined;
}

interface Plan extends SendMessageInput {
  attributes: string;
  mediaSids: readonly string[];
  content: RenderedContent | undefined;
}

const insertMessage = statement(
  (
    db: WriteDb,
    p: Param<{
      sid: string;
      conversation_id: number;
      index: number;
      author: string;
      participant_sid: string | null;
      body: string | null;
      subject: string | null;
      attributes: string;
      media: string | null;
      content_sid: string | null;
      event: number;
      created_at: number;
      updated_at: number;
    }>,
  ) =>
    db
      .insertInto('messages')
      .values({
        sid: p('sid'),
        conversation_id: p('conversation_id'),
        index: p('index'),
        author: p('author'),
        participant_sid: p('participant_sid'),
        body: p('body'),
        subject: p('subject'),
        attributes: p('attributes'),
        media: p('media'),
        content_sid: p('content_sid'),
        last_updated_by: null,
        created_event: p('event'),
        event: p('event'),
        created_at: p('created_at'),
        updated_at: p('updated_at'),
      })
      .returningAll(),
);

/**
 * Sends a message: the next index of its conversation, assigned inside the commit (invariant 2). Needs `sendMessage` of SDK users, who
 * must be participants, and `sendMediaMessage` for files, which are taken from whoever uploaded them in the same transaction. The
 * conversation's `lastMessage` moves, its `date_updated` does not (protocol 8.3). Imported messages get their index as they come, whatever
 * their times say. Refuses with 50503 without body and files, 50504 for a body over the limit, 50377 in a closed conversation, 50507 and
 * 50508 for files that are not there or are in another message, 21654 to 21656 for a template that cannot be sent.
 */
export const sendMessage: Command<SendMessageInput, Plan, MessageRow> = {
  name: 'sendMessage',
  rate: perConversation,
  async prepare({ actor, limits, read }, input) {
    requireMayAttribute(actor, input);
    const content = await contentToSend(read, input.service.id, input, limits);
    const mediaSids = content === undefined ? (input.mediaSids ?? []) : [];
    // SDKs send a body that is empty with files that have none.
    const body = (bodyIsIgnored(input) ? undefined : input.body) || content?.body;
    if (body === undefined && mediaSids.length === 0 && content === undefined) {
      throw new DomainError(50503, 400, 'Body must not be empty: a message needs a text or a file.', 'Body');
    }
    if (body !== undefined) checkBytes('Body', body, limits.messageBodyBytes, 50504);
    checkMediaSids(mediaSids, limits.mediaFilesPerMessage);
    if (input.subject !== undefined) checkLength('Subject', input.subject, limits.messageSubjectCharacters, 20001);
    for (const author of [input.author, input.alteredAuthor]) {
      if (author !== undefined) checkLength('Author', author, limits.identityCharacters, 20001);
    }
    const attributes = checkAttributes(input.attributes, limits.messageAttributesBytes);
    return { ...input, body, mediaSids, content, attributes };
  },
  affinity: ({ conversation }) => conversation.id,
  preAction: {
    event: 'onMessageAdd',
    service: ({ service }) => service,
    conversation: ({ conversation }) => conversation.sid,
    async tell({ actor, read }, { conversation, body, attributes, author, mediaSids }) {
      const name = actor.kind === 'user' ? actor.user.identity : author;
      const by = await authorOf(read, conversation.id, name);
      return {
        conversation_sid: conversation.sid,
        author: by.name,
        participant_sid: by.participantSid,
        body,
        attributes,
        media: await mediaToSend(read, conversation.service_id, mediaSids),
      };
    },
    alter: (input, { body, author, attributes }) => ({
      ...input,
      body: body ?? (bodyIsIgnored(input) ? undefined : input.body),
      attributes: attributes ?? input.attributes,
      alteredAuthor: author,
      asked: input.asked ?? input,
    }),
  },
  async transact({ actor, db, changes, limits, now }, plan) {
    const {
      service,
      conversation,
      mediaSids,
      content,
      subject,
      attributes,
      createdAt = now,
      updatedAt = createdAt,
    } = plan;
    const claimed = await claimActive({ actor, db, now }, conversation, createdAt);
    // After the lock: a removal or a lost role that was committed before is seen (invariant 7).
    const { name, participantSid } = await senderOf(db, actor, plan);
    const body = plan.body ?? null;
    const index = claimed.last_message_index;
    if (index === null) throw new Error(`Conversation ${claimed.sid} gave no message index.`);
    const sid = newSid('IM', now);
    const userId = actor.kind === 'user' ? actor.user.id : null;
    const media =
      content === undefined
        ? await attachMedia({ actor, db, limits, now }, service, claimed, sid, mediaSids)
        : [await addContent(db, claimed, { sid, author: name, userId, now }, content)];
    const [row] = await insertMessage(db, {
      sid,
      conversation_id: claimed.id,
      index,
      author: name,
      participant_sid: participantSid,
      body,
      subject: subject ?? null,
      attributes,
      media: media.length === 0 ? null : JSON.stringify(media),
      content_sid: content?.sid ?? null,
      event: claimed.messages_event,
      created_at: createdAt,
      updated_at: updatedAt,
    });
    if (row === undefined) throw new Error('The inserted message was not returned.');

    const ref = conversationRef(service, claimed);
    const { roster_event } = claimed;
    changes.push(
      { object: 'messages', action: 'added', event: row.event, at: now, conversation: ref, roster_event, row },
      {
        object: 'channel',
        action: 'updated',
        event: claimed.channel_event,
        at: now,
        conversation: ref,
        roster_event,
        row: claimed,
        // Made active by the message, it shows that, too, and at once.
        ...(conversation.state === claimed.state && { mergeAmong: claimed.participants_count }),
      },
    );
    await appendEvent(db, {
      service_id: service.id,
      kind: 'message.added',
      subject_sid: row.sid,
      actor: nameOf(actor),
      payload: JSON.stringify(messageFacts(row, claimed)),
      created_at: now,
    });
    return row;
  },
};

/** A template's own text takes the place of the sender's. What a webhook made of it counts. */
function bodyIsIgnored({ contentSid, asked }: SendMessageInput): boolean {
  return contentSid !== undefined && asked === undefined;
}

async function senderOf(
  db: WriteDb,
  actor: Actor,
  { conversation, author, alteredAuthor, body, subject, mediaSids, asked }: Plan,
): Promise<Author> {
  if (actor.kind !== 'user') return authorOf(db, conversation.id, alteredAuthor ?? author);
  const needed: Permission[] = mediaSids.length > 0 ? ['sendMediaMessage'] : ['sendMessage'];
  // A text that comes with a file is still a text.
  if (mediaSids.length > 0 && ((asked ? asked.body : body) !== undefined || subject !== undefined))
    needed.push('sendMessage');
  let participantSid: string | null = null;
  for (const permission of needed) {
    ({ participantSid } = await requireConversationPermission(db, actor, conversation.id, permission));
  }
  if (participantSid === null) throw refusals.notParticipant();
  if (alteredAuthor !== undefined) return authorOf(db, conversation.id, alteredAuthor);
  return { name: actor.user.identity, participantSid };
}
