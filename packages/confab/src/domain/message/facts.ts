import type { ConversationRow, MessageRow } from '../../store/seam.ts';
import { mediaOf } from '../media/media-item.ts';

/** What the event log tells of a message: all that a webhook says of it (webhooks 4), for it may be gone when it is sent. */
export function messageFacts(row: MessageRow, conversation: Pick<ConversationRow, 'sid' | 'messaging_service_sid'>) {
  const { sid, index, author, participant_sid, body, subject, attributes, content_sid, created_at, updated_at } = row;
  return {
    sid,
    conversation_sid: conversation.sid,
    messaging_service_sid: conversation.messaging_service_sid,
    index,
    author,
    participant_sid,
    body,
    subject,
    attributes,
    media: mediaOf(row),
    content_sid,
    created_at,
    updated_at,
  };
}
