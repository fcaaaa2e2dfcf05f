import {
  type ConversationRow,
  type MembershipRow,
  type MessageRow,
  mediaOf,
  messagingBinding,
  type ParticipantRow,
  type ServiceRef,
  type UserRow,
} from '../../domain/index.ts';
import { isoTime } from '../sync/item-data.ts';
import { objectName } from '../sync/object-sid.ts';
import { clientUrls } from './urls.ts';

/** The answers of the client API (protocol 7.2). `attributes` is JSON text in all of them. */

export function conversationView(service: ServiceRef, row: ConversationRow) {
  return {
    sid: row.sid,
    account_sid: service.account_sid,
    chat_service_sid: service.sid,
    friendly_name: row.friendly_name,
    unique_name: row.unique_name,
    attributes: row.attributes,
    created_by: row.created_by,
    date_created: isoTime(row.created_at),
    date_updated: isoTime(row.updated_at),
    state: row.state,
    participants_count: row.participants_count,
    messages_count: row.messages_count,
    url: clientUrls.conversation(row.sid),
    links: { participants: clientUrls.participants(row.sid), messages: clientUrls.messages(row.sid) },
    sync_objects: {
      conversation: objectName('channel', row.sid),
      messages: objectName('messages', row.sid),
      participants: objectName('roster', row.sid),
    },
  };
}

/** A conversation as its participant sees it in their list. */
export function myConversationView(
  service: ServiceRef,
  row: ConversationRow,
  participant: ParticipantRow | MembershipRow,
) {
  return {
    ...conversationView(service, row),
    conversation_sid: row.sid,
    participant_sid: participant.sid,
    status: 'joined',
    notification_level: participant.notification_level,
    last_read_message_index: participant.last_read_message_index,
  };
}

export function participantView(service: ServiceRef, conversationSid: string, row: ParticipantRow) {
  return {
    sid: row.sid,
    account_sid: service.account_sid,
    chat_service_sid: service.sid,
    conversation_sid: conversationSid,
    identity: row.identity,
    role_sid: row.role_sid,
    attributes: row.attributes,
    date_created: isoTime(row.created_at),
    date_updated: isoTime(row.updated_at),
    messaging_binding: messagingBinding(row),
    url: clientUrls.participant(conversationSid, row.sid),
    links: { conversation: clientUrls.conversation(conversationSid) },
  };
}

export function messageView(service: ServiceRef, conversationSid: string, row: MessageRow) {
  return {
    sid: row.sid,
    account_sid: service.account_sid,
    chat_service_sid: service.sid,
    conversation_sid: conversationSid,
    index: row.index,
    author: row.author,
    participant_sid: row.participant_sid,
    body: row.body,
    subject: row.subject,
    attributes: row.attributes,
    date_created: isoTime(row.created_at),
    date_updated: isoTime(row.updated_at),
    media: mediaOf(row),
    url: clientUrls.message(conversationSid, row.sid),
    links: { conversation: clientUrls.conversation(conversationSid) },
  };
}

export function userView(service: ServiceRef, row: UserRow) {
  return {
    sid: row.sid,
    account_sid: service.account_sid,
    chat_service_sid: service.sid,
    identity: row.identity,
    friendly_name: row.friendly_name,
    attributes: row.attributes,
    date_created: isoTime(row.created_at),
    date_updated: isoTime(row.updated_at),
    url: clientUrls.user(row.identity),
    sync_objects: { user_info_map: objectName('user_info', row.sid) },
  };
}
