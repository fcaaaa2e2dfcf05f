import type { MessageRow, ReadDb } from '../../store/seam.ts';
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
