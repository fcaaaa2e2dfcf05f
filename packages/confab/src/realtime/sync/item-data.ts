import {
  type ConversationRow,
  type MembershipRow,
  type MessageRow,
  mediaOf,
  messagingBinding,
  type ParticipantRow,
  reachabilityOf,
  reportedDelivery,
  sharesOf,
  type UserInfoKey,
  type UserRow,
} from '../../domain/index.ts';
import { objectName } from './object-sid.ts';

/** Times on the socket carry milliseconds (protocol 7.2). */
export function isoTime(at: number): string {
  return new Date(at).toISOString();
}

function conversationBindings({ email_address, email_name }: ConversationRow): object {
  if (email_address === null) return {};
  return { email: { projected_address: email_address, ...(email_name !== null && { name: email_name }) } };
}

/** Absent before the first message. Null when all have been removed: a client forgets what it had only if it is told so (protocol 8.3). */
function lastMessage({ last_message_index: index, last_message_at: at, next_message_index }: ConversationRow): object {
  if (index !== null && at !== null) return { lastMessage: { index, timestamp: isoTime(at) } };
  return next_message_index === 0 ? {} : { lastMessage: null };
}

/** The channel document: what all participants share of a conversation (protocol 8.3). */
export function channelData(row: ConversationRow): object {
  return {
    messages: objectName('messages', row.sid),
    roster: objectName('roster', row.sid),
    friendlyName: row.friendly_name,
    uniqueName: row.unique_name,
    createdBy: row.created_by,
    attributes: row.attributes,
    dateCreated: isoTime(row.created_at),
    dateUpdated: isoTime(row.updated_at),
    ...lastMessage(row),
    state: { current: row.state, dateUpdated: isoTime(row.state_updated_at ?? row.created_at) },
    bindings: conversationBindings(row),
  };
}

/** An item of the messages list (protocol 8.5). */
export function messageData(row: MessageRow): object {
  const media = mediaOf(row);
  const delivery = reportedDelivery(row);
  return {
    sid: row.sid,
    author: row.author,
    text: row.body,
    subject: row.subject,
    contentSid: row.content_sid,
    type: media === null ? 'text' : 'media',
    timestamp: isoTime(row.created_at),
    dateUpdated: isoTime(row.updated_at),
    lastUpdatedBy: row.last_updated_by,
    attributes: row.attributes,
    ...(row.participant_sid !== null && { memberSid: row.participant_sid }),
    // Other than in REST, one of its names is in camel case (protocol 13, no. 13).
    medias:
      media?.map(({ sid, category, filename, content_type: contentType, size }) => ({
        sid,
        category,
        filename,
        contentType,
        size,
      })) ?? null,
    ...(delivery !== undefined && { delivery: sharesOf(delivery) }),
    channelMetadata: row.channel_metadata !== null,
  };
}

/** An item of the roster map (protocol 8.4). */
export function rosterData(row: ParticipantRow): object {
  const binding = messagingBinding(row);
  return {
    identity: row.identity,
    type: row.identity === null ? (binding?.type ?? 'sms') : 'chat',
    attributes: row.attributes,
    dateCreated: isoTime(row.created_at),
    dateUpdated: isoTime(row.updated_at),
    roleSid: row.role_sid,
    lastConsumedMessageIndex: row.last_read_message_index,
    lastConsumptionTimestamp: row.last_read_at === null ? null : isoTime(row.last_read_at),
    ...(row.user_sid !== null && { userInfo: objectName('user_info', row.user_sid) }),
    ...(binding?.type === 'email' && {
      bindings: { email: { name: row.binding_name, address: row.address, level: row.binding_level } },
    }),
  };
}

/** An item of a user's my-conversations map (protocol 8.1). */
export function membershipData(row: MembershipRow): object {
  return {
    status: 'joined',
    channel: objectName('channel', row.conversation_sid),
    messages: objectName('messages', row.conversation_sid),
    roster: objectName('roster', row.conversation_sid),
    lastConsumedMessageIndex: row.last_read_message_index,
    notificationLevel: row.notification_level,
  };
}

/** An item of a user-info map (protocol 8.2). */
export function userInfoData(row: UserRow, key: UserInfoKey): object {
  if (key === 'reachability') {
    const { is_online, is_notifiable } = reachabilityOf(row);
    return { online: is_online ?? false, notifiable: is_notifiable ?? false };
  }
  return { value: key === 'friendlyName' ? row.friendly_name : row.attributes };
}
