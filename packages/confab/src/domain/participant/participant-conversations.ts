import type { ConversationRow, ParticipantRow, ReadDb } from '../../store/seam.ts';
import type { KeysetRange } from '../key-range.ts';
import { participants } from './queries.ts';

export interface ParticipantConversation {
  conversation: ConversationRow;
  participant: ParticipantRow;
}

/**
 * Conversations of the service in which somebody takes part, closed ones included, by conversation SID (lifecycle 7). An address may be in
 * one conversation more than once, so that the key is the SID and the participant's id.
 */
export async function listParticipantConversations(
  db: ReadDb,
  serviceId: number,
  who: { identity: string } | { address: string },
  { order, from, limit }: KeysetRange,
): Promise<ParticipantConversation[]> {
  let query = participants(db)
    .innerJoin('conversations', 'conversations.id', 'participants.conversation_id')
    .where('conversations.service_id', '=', serviceId)
    .where('conversations.deleted_at', 'is', null);
  query =
    'identity' in who
      ? query
          .where('users.service_id', '=', serviceId)
          .where('users.identity', '=', who.identity)
          .where('users.deleted_at', 'is', null)
      : query.where('participants.address', '=', who.address);
  if (from !== undefined) {
    const [sid = '', id = 0] = from.key;
    const beyond = order === 'asc' ? '>' : '<';
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(
        refTuple('conversations.sid', 'participants.id'),
        from.included ? `${beyond}=` : beyond,
        tuple(String(sid), Number(id)),
      ),
    );
  }
  const found = await query
    .orderBy('conversations.sid', order)
    .orderBy('participants.id', order)
    .limit(limit)
    .execute();
  if (found.length === 0) return [];
  const ids = [...new Set(found.map((participant) => participant.conversation_id))];
  const rows = await db.selectFrom('conversations').selectAll().where('id', 'in', ids).execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return found.flatMap((participant) => {
    const conversation = byId.get(participant.conversation_id);
    return conversation === undefined ? [] : [{ conversation, participant }];
  });
}
