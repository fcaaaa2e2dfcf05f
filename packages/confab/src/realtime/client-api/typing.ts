import { invalidParameter, refusals } from '../../domain/index.ts';
import type { TunnelRequest, TunnelResponse } from '../tunnel/tunnel-request.ts';
import type { ClientContext } from './context.ts';
import { visibleConversation } from './visible-conversation.ts';

/** `POST <typing>`: the user is typing (protocol 7.2, no. 20). The others are told, nothing is stored. */
export async function postTyping(context: ClientContext, request: TunnelRequest): Promise<TunnelResponse> {
  const { actor, typing } = context;
  const sid = request.form('ChannelSid');
  if (sid === undefined) throw invalidParameter('ChannelSid must name a conversation.');
  const { row, participating } = await visibleConversation(context, sid);
  if (!participating) throw refusals.notParticipant();
  if (row.state === 'closed') throw refusals.conversationClosed();
  const { id: userId, identity } = actor.user;
  typing.send({ conversationSid: row.sid, rosterEvent: row.roster_event, userId, identity });
  return { status: 200, body: { typing_timeout: typing.timeout } };
}
