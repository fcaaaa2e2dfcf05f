import type { MessageRow, ParticipantRow, ReadDb } from '../../store/seam.ts';
import { channelOf } from '../participant/binding.ts';
import { participants } from '../participant/queries.ts';

/** Somebody to whom a message goes as e-mail, or from whom it came (protocol 7.2, no. 14). */
export interface MessageRecipient {
  type: 'email';
  message_sid: string;
  level: string;
  name: string | null;
  address: string;
}

/** Participants of the conversation who are reached by e-mail. */
export async function listEmailParticipants(db: ReadDb, conversationId: number): Promise<ParticipantRow[]> {
  // Few: a conversation has a bounded number of participants who do not chat.
  const rows = await participants(db)
    .where('participants.conversation_id', '=', conversationId)
    .where('participants.identity', 'is', null)
    .where('participants.address', 'like', '%@%')
    .orderBy('participants.id')
    .execute();
  return rows.filter(({ address }) => channelOf(address ?? '') === 'email');
}

export function messageRecipients(
  message: MessageRow,
  emailParticipants: readonly ParticipantRow[],
): MessageRecipient[] {
  return emailParticipants.map(({ sid, address, binding_name, binding_level }) => ({
    type: 'email',
    message_sid: message.sid,
    level: sid === message.participant_sid ? 'from' : (binding_level ?? 'to'),
    name: binding_name,
    address: address ?? '',
  }));
}
