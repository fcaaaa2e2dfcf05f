import { type MessageRow, type ReadDb, rowsWithWords, wordsOf } from '../../store/seam.ts';
import type { KeyRange } from '../key-range.ts';

/** A message that was found, with what its conversation is called. */
export type FoundMessage = MessageRow & {
  conversation_sid: string;
  conversation_friendly_name: string | null;
  conversation_unique_name: string | null;
};

export interface MessageSearch {
  serviceId: number;
  /** In this conversation only. */
  conversationId?: number | undefined;
  /** Words that all have to be in the message; the last one may be the beginning of one. */
  text: string;
}

/** Messages with the words, by id: the order in which they were sent. None for a text without letters and digits. */
export async function findMessages(
  db: ReadDb,
  { serviceId, conversationId, text }: MessageSearch,
  { order, from, limit }: KeyRange,
): Promise<FoundMessage[]> {
  const words = wordsOf(text);
  if (words.length === 0) return [];
  let query = db
    .selectFrom(rowsWithWords(db, 'messages', { words, serviceId, conversationId }).as('found'))
    .innerJoin('messages', 'messages.id', 'found.id')
    .innerJoin('conversations', 'conversations.id', 'messages.conversation_id')
    .selectAll('messages')
    .select([
      'conversations.sid as conversation_sid',
      'conversations.friendly_name as conversation_friendly_name',
      'conversations.unique_name as conversation_unique_name',
    ])
    .where('conversations.service_id', '=', serviceId)
    .where('conversations.deleted_at', 'is', null);
  if (from !== undefined) query = query.where('found.id', order === 'asc' ? '>=' : '<=', from);
  return query.orderBy('found.id', order).limit(limit).execute();
}
