import type { ConversationRow, ParticipantRow } from '../../store/seam.ts';

/** What the event log tells of a participant: all that a webhook says of them (webhooks 4), for they may be gone when it is sent. */
export function participantFacts(row: ParticipantRow, conversation: Pick<ConversationRow, 'sid'>) {
  const { sid, identity, address, proxy_address, projected_address, role_sid, attributes, created_at } = row;
  const byAddress = address !== null || projected_address !== null;
  return {
    sid,
    conversation_sid: conversation.sid,
    identity,
    ...(byAddress && { address, proxy_address, projected_address }),
    role_sid,
    attributes,
    last_read_message_index: row.last_read_message_index,
    created_at,
    updated_at: row.updated_at,
  };
}
