import type { ConversationRow, MessageRow, WriteDb } from '../../../store/seam.ts';
import { appendEvent } from '../../../store/seam.ts';
import { SYSTEM } from '../../actor.ts';
import { lockEvenDeleted } from '../../conversation/lock-state.ts';
import { purgeMediaOf, renameAuthorOfMedia } from '../../media/remove-media.ts';
import { changeMessage } from '../../message/change-message.ts';
import { messageFacts } from '../../message/facts.ts';
import { takeMessage } from '../../message/take-message.ts';
import { type ErasureStep, newestId, type Position, ROWS_CHANGED, ROWS_LOOKED_AT, type StepContext } from '../step.ts';
import type { Subject } from '../subject.ts';
import { forgetRequests } from './memberships.ts';

/**
 * Deletes or renames what the person wrote, in whatever conversation, and renames them where they were the last to change what others wrote.
 * Clients see it as any other removal or change, and keep nothing of it.
 */
export const messagesStep: ErasureStep = {
  end: ({ db }) => newestId(db, 'messages'),
  async run(context, subject, at) {
    if (subject.messages === 'keep') return {};
    const last = await lastOfChunk(context.db, at);
    if (last === undefined) return {};
    const found = await theirs(context.db, subject, at.position, last);
    // The order of locks, the same for all who take several.
    for (const message of found.toSorted((a, b) => a.conversation_id - b.conversation_id)) {
      await eraseMessage(context, subject, message);
    }
    const newest = found.at(-1);
    const all = newest === undefined || found.length < ROWS_CHANGED;
    return { position: all ? last : newest.id, messagesChanged: found.length };
  },
};

/** Id of the last row that this chunk looks at. */
async function lastOfChunk(db: WriteDb, { position, upTo }: Position): Promise<number | undefined> {
  const rows = await db
    .selectFrom('messages')
    .select('id')
    .where('id', '>', position)
    .where('id', '<=', upTo)
    .orderBy('id')
    .limit(ROWS_LOOKED_AT)
    .execute();
  return rows.at(-1)?.id;
}

function theirs(db: WriteDb, { service, name }: Subject, after: number, last: number): Promise<MessageRow[]> {
  return db
    .selectFrom('messages')
    .innerJoin('conversations', 'conversations.id', 'messages.conversation_id')
    .selectAll('messages')
    .where('conversations.service_id', '=', service.id)
    .where('messages.id', '>', after)
    .where('messages.id', '<=', last)
    .where(({ eb, or }) => or([eb('messages.author', '=', name), eb('messages.last_updated_by', '=', name)]))
    .orderBy('messages.id')
    .limit(ROWS_CHANGED)
    .execute();
}

async function eraseMessage(context: StepContext, subject: Subject, found: MessageRow): Promise<void> {
  const { db, now } = context;
  // A right to be forgotten does not end with a conversation: closed ones are changed as well.
  const conversation = await lockEvenDeleted(db, found.conversation_id);
  // Looked at again behind the lock: somebody may have removed or changed it meanwhile.
  const message = await db.selectFrom('messages').selectAll().where('id', '=', found.id).executeTakeFirst();
  if (conversation === undefined || message === undefined) return;
  const wrote = message.author === subject.name;
  await forgetRequests(context, subject, message.sid);
  const deletes = wrote && subject.messages === 'delete';
  const row = { ...message, ...(wrote && { author: subject.pseudonym }), ...namesOf(message, subject) };
  if (deletes) await takeMessage(context, subject.service, conversation, message);
  if (deletes && message.media !== null) await purgeMediaOf(db, message.sid);
  if (!deletes) await rename(context, subject, conversation, message);
  await appendEvent(db, {
    service_id: subject.service.id,
    kind: deletes ? 'message.removed' : 'message.updated',
    subject_sid: message.sid,
    actor: SYSTEM,
    payload: JSON.stringify(
      deletes
        ? {
            ...messageFacts({ ...row, body: null, subject: null, attributes: '{}', media: null }, conversation),
            removed_at: now,
          }
        : messageFacts(row, conversation),
    ),
    created_at: now,
  });
}

function namesOf(message: MessageRow, { name, pseudonym }: Subject): Partial<MessageRow> {
  return {
    // What another channel told of the sender goes with the name.
    ...(message.author === name && { author: pseudonym, channel_metadata: null }),
    ...(message.last_updated_by === name && { last_updated_by: pseudonym }),
  };
}

async function rename(
  context: StepContext,
  subject: Subject,
  conversation: ConversationRow,
  message: MessageRow,
): Promise<void> {
  await changeMessage(context, subject.service, conversation, message, namesOf(message, subject));
  if (message.media !== null) await renameAuthorOfMedia(context.db, message.sid, subject.name, subject.pseudonym);
}
