import type { ConversationRow, ConversationState, ReadDb } from '../../store/seam.ts';
import { rowsWithWords, wordsOf } from '../../store/seam.ts';
import type { KeyRange, KeysetRange } from '../key-range.ts';

export interface ConversationSearch {
  serviceId: number;
  state?: ConversationState | undefined;
}

/** Conversations whose friendly or unique name has the words, by id. None for a text without letters and digits. */
export async function findConversationsByName(
  db: ReadDb,
  { serviceId, state }: ConversationSearch,
  text: string,
  { order, from, limit }: KeyRange,
): Promise<ConversationRow[]> {
  const words = wordsOf(text);
  if (words.length === 0) return [];
  let query = db
    .selectFrom(rowsWithWords(db, 'conversations', { words, serviceId }).as('found'))
    .innerJoin('conversations', 'conversations.id', 'found.id')
    .selectAll('conversations')
    .where('conversations.service_id', '=', serviceId)
    .where('conversations.deleted_at', 'is', null);
  if (state !== undefined) query = query.where('conversations.state', '=', state);
  if (from !== undefined) query = query.where('found.id', order === 'asc' ? '>=' : '<=', from);
  return query.orderBy('found.id', order).limit(limit).execute();
}

/** Conversations by their last activity, to the minute. The key is that time in ms and the id. */
export function listConversationsByActivity(
  db: ReadDb,
  { serviceId, state }: ConversationSearch,
  { order, from, limit }: KeysetRange,
): Promise<ConversationRow[]> {
  let query = db
    .selectFrom('conversations')
    .selectAll()
    .where('service_id', '=', serviceId)
    .where('deleted_at', 'is', null);
  if (state !== undefined) query = query.where('state', '=', state);
  if (from !== undefined) {
    const [at = 0, id = 0] = from.key.map(Number);
    const beyond = order === 'asc' ? '>' : '<';
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('active_at', 'id'), from.included ? `${beyond}=` : beyond, tuple(at, id)),
    );
  }
  return query.orderBy('active_at', order).orderBy('id', order).limit(limit).execute();
}
