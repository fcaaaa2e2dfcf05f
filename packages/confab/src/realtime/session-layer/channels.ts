import {
  type ConversationRow,
  findParticipantOfUser,
  invalidParameter,
  type MembershipRow,
  type ParticipantRow,
} from '../../domain/index.ts';
import type { ClientContext } from '../client-api/context.ts';
import { pageOfMine, requireMine, unreadOf } from '../client-api/my-conversations.ts';
import { visibleConversation } from '../client-api/visible-conversation.ts';
import { isoTime } from '../sync/item-data.ts';
import { objectName } from '../sync/object-sid.ts';
import type { TunnelRequest, TunnelResponse } from '../tunnel/tunnel-request.ts';

/** The client's conversations, page by page until `next_token` is null (protocol 16.3). */
export async function listChannels(context: ClientContext, request: TunnelRequest): Promise<TunnelResponse> {
  const { rows, next } = await pageOfMine(context, request.query('PageToken'));
  const channels = rows.map(({ conversation: { sid }, membership }) => ({
    channel_sid: sid,
    channel: objectName('channel', sid),
    messages: objectName('messages', sid),
    roster: objectName('roster', sid),
    ...standing(membership),
  }));
  return { status: 200, body: { channels, meta: { previous_token: null, next_token: next } } };
}

/** What the client has not read of one of its conversations. */
export async function getUnread(context: ClientContext, request: TunnelRequest): Promise<TunnelResponse> {
  const sid = request.query('ChannelSid');
  if (sid === undefined) throw invalidParameter('ChannelSid must name a conversation.');
  const { conversation, membership } = await requireMine(context, sid);
  const unread = await unreadOf(context, conversation, membership);
  return { status: 200, body: { channels: [{ channel_sid: conversation.sid, unread_messages_count: unread }] } };
}

/** One of the client's conversations, by SID or unique name. */
export async function getMyChannel(
  context: ClientContext,
  _request: TunnelRequest,
  [sidOrUniqueName = '']: readonly string[],
): Promise<TunnelResponse> {
  const { conversation, membership } = await requireMine(context, sidOrUniqueName);
  return { status: 200, body: { ...channelView(conversation), ...standing(membership) } };
}

/** Also of who is not in the conversation but may join it. */
export async function getChannel(
  { actor, ...context }: ClientContext,
  _request: TunnelRequest,
  [sid = '']: readonly string[],
): Promise<TunnelResponse> {
  const { row, participating } = await visibleConversation({ actor, ...context }, sid);
  const participant = participating ? await findParticipantOfUser(context.read, actor.user.id, row.id) : undefined;
  const body = {
    ...channelView(row),
    // The SDK takes any other for no conversation, and so a closed one (protocol 16.3).
    type: 'private',
    state: { 'state.v1': { current: row.state } },
    members_count: row.participants_count,
    messages_count: row.messages_count,
    ...(participant === undefined ? { status: 'notParticipating' } : standing(participant)),
  };
  return { status: 200, body };
}

function channelView(row: ConversationRow): object {
  return {
    channel_sid: row.sid,
    friendly_name: row.friendly_name,
    unique_name: row.unique_name,
    attributes: row.attributes,
    created_by: row.created_by,
    date_created: isoTime(row.created_at),
    date_updated: isoTime(row.updated_at),
  };
}

function standing(participant: ParticipantRow | MembershipRow): object {
  return {
    status: 'joined',
    last_consumed_message_index: participant.last_read_message_index,
    notification_level: participant.notification_level,
  };
}
