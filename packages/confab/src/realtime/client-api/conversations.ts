import { createConversation, deleteConversation, updateConversation } from '../../domain/index.ts';
import type { TunnelRequest, TunnelResponse } from '../tunnel/tunnel-request.ts';
import type { ClientContext } from './context.ts';
import { conversationView } from './views.ts';
import { inConversation, visibleConversation } from './visible-conversation.ts';

export async function postConversation(context: ClientContext, request: TunnelRequest): Promise<TunnelResponse> {
  const { actor, execute } = context;
  const body = request.body();
  const row = await execute(createConversation, actor, {
    service: actor.service,
    friendlyName: body.text('friendly_name'),
    uniqueName: body.text('unique_name'),
    attributes: body.text('attributes'),
  });
  return { status: 201, body: conversationView(actor.service, row) };
}

/** Also the peek of who is not in the conversation but may join it (protocol 7.2, no. 2). */
export async function getConversation(
  context: ClientContext,
  _request: TunnelRequest,
  [sid = '']: readonly string[],
): Promise<TunnelResponse> {
  const { row, participating } = await visibleConversation(context, sid);
  const view = conversationView(context.actor.service, row);
  return { status: 200, body: { ...view, status: participating ? 'joined' : 'notParticipating' } };
}

export async function postConversationUpdate(
  context: ClientContext,
  request: TunnelRequest,
  [sid = '']: readonly string[],
): Promise<TunnelResponse> {
  const { actor, execute } = context;
  const row = await inConversation(context, sid, (conversation) => {
    const body = request.body();
    return execute(updateConversation, actor, {
      service: actor.service,
      conversation,
      friendlyName: body.text('friendly_name'),
      uniqueName: body.text('unique_name'),
      attributes: body.text('attributes'),
    });
  });
  return { status: 200, body: conversationView(actor.service, row) };
}

/** Its participants and whoever peeks are told by Sync events (protocol 9). */
export async function deleteConversationAt(
  context: ClientContext,
  _request: TunnelRequest,
  [sid = '']: readonly string[],
): Promise<TunnelResponse> {
  const { actor, execute } = context;
  await inConversation(context, sid, (conversation) =>
    execute(deleteConversation, actor, { service: actor.service, conversation }),
  );
  return { status: 204 };
}
