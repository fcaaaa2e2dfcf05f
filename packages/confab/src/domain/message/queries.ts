import type { MessageRow, ReadDb } from '../../store/seam.ts';
import { SYSTEM } from '../actor.ts';
import type { KeyRange } from '../key-range.ts';

export function findMessage(db: ReadDb, conversationId: number, sid: string): Promise<MessageRow | undefined> {
  return db
    .selectFrom('messages')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .where('sid', '=', sid)
    .executeTakeFirst();
}

/** Messages of the conversation by index. The one page of messages: REST lists and Sync items are both made of it. */
export function listMessages(
  db: ReadDb,
  conversationId: number,
  { order, from, limit }: KeyRange,
): Promise<MessageRow[]> {
  let query = db.selectFrom('messages').selectAll().where('conversation_id', '=', conversationId);
  if (from !== undefined) query = query.where('index', order === 'asc' ? '>=' : '<=', from);
  return query.orderBy('index', order).limit(limit).execute();
}

/**
 * Whether somebody with this identity wrote the message. What account credentials sent under no other name is nobody's, though a user may
 * be called `system`, too; of such a user's own messages the participant is known.
 */
export function isAuthor(message: MessageRow, identity: string): boolean {
  return message.author === identity && (identity !== SYSTEM || message.participant_sid !== null);
}
