import { type ConversationRow, messagingBinding, type ParticipantRow } from '../domain/index.ts';
import { isoSeconds } from './dates.ts';
import type { ServiceCall } from './operation.ts';

export function participantView(
  { base, service, form }: ServiceCall,
  conversation: ConversationRow,
  row: ParticipantRow,
) {
  return {
    account_sid: service.account_sid,
    // Absent in the short form (REST API 9): JSON leaves out what is undefined.
    chat_service_sid: form === 'service' ? service.sid : undefined,
    conversation_sid: conversation.sid,
    sid: row.sid,
    identity: row.identity,
    attributes: row.attributes,
    messaging_binding: messagingBinding(row),
    role_sid: row.role_sid,
    date_created: isoSeconds(row.created_at),
    date_updated: isoSeconds(row.updated_at),
    url: `${base}/Conversations/${conversation.sid}/Participants/${row.sid}`,
    last_read_message_index: row.last_read_message_index,
    last_read_timestamp: row.last_read_at === null ? null : isoSeconds(row.last_read_at),
  };
}
