import type { ConversationRow, MessageRow, ParticipantRow, UserRow } from '../../store/seam.ts';
import type { BindingRow } from '../binding/queries.ts';

/** A line of an export: what it is of, and what is stored of it under the names that REST uses. Ids of the database are nobody's data. */
export type ExportLine = { readonly type: string } & Readonly<Record<string, unknown>>;

export function userLine(row: UserRow): ExportLine {
  const { sid, identity, friendly_name, attributes } = row;
  return { type: 'user', sid, identity, friendly_name, attributes, ...times(row) };
}

export function bindingLine(row: BindingRow): ExportLine {
  const { sid, identity, binding_type, endpoint, credential_sid, message_types } = row;
  return {
    type: 'binding',
    sid,
    identity,
    binding_type,
    endpoint,
    credential_sid,
    message_types: JSON.parse(message_types),
    ...times(row),
  };
}

export function conversationLine(row: ConversationRow): ExportLine {
  const { sid, unique_name, friendly_name, attributes, state, created_by } = row;
  return { type: 'conversation', sid, unique_name, friendly_name, attributes, state, created_by, ...times(row) };
}

export function participantLine(row: ParticipantRow, conversationSid: string): ExportLine {
  const { sid, identity, address, proxy_address, projected_address, binding_name, role_sid, attributes } = row;
  return {
    type: 'participant',
    sid,
    conversation_sid: conversationSid,
    identity,
    address,
    proxy_address,
    projected_address,
    binding_name,
    role_sid,
    attributes,
    last_read_message_index: row.last_read_message_index,
    last_read_timestamp: isoOrNull(row.last_read_at),
    last_delivered_message_index: row.last_delivered_message_index,
    last_delivered_timestamp: isoOrNull(row.last_delivered_at),
    notification_level: row.notification_level,
    ...times(row),
  };
}

export function messageLine(row: MessageRow, conversationSid: string): ExportLine {
  const { sid, index, author, participant_sid, body, subject, attributes, content_sid, last_updated_by } = row;
  return {
    type: 'message',
    sid,
    conversation_sid: conversationSid,
    index,
    author,
    participant_sid,
    body,
    subject,
    attributes,
    // Where the bytes are: Media of the REST API, by SID.
    media: row.media === null ? null : JSON.parse(row.media),
    content_sid,
    last_updated_by,
    ...times(row),
  };
}

function times({ created_at, updated_at }: { created_at: number; updated_at: number }) {
  return { date_created: iso(created_at), date_updated: iso(updated_at) };
}

/** To the millisecond: an export is for keeping. */
function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms);
}
