import {
  findMessage,
  invalidParameter,
  notFound,
  refusals,
  removeMessage,
  sendMessage,
  updateMessage,
} from '../../domain/index.ts';
import type { TunnelBody, TunnelRequest, TunnelResponse } from '../tunnel/tunnel-request.ts';
import type { ClientContext } from './context.ts';
import { messageView } from './views.ts';
import { inConversation, visibleConversation } from './visible-conversation.ts';

export async function postMessage(
  context: ClientContext,
  request: TunnelRequest,
  [sid = '']: readonly string[],
): Promise<TunnelResponse> {
  const { actor, execute } = context;
  const row = await inConversation(context, sid, (conversation) => {
    const body = request.body();
    return execute(sendMessage, actor, {
      service: actor.service,
      conversation,
      body: body.text('body'),
      subject: body.text('subject'),
      attributes: body.text('attributes'),
      mediaSids: mediaSidsOf(body),
      contentSid: body.text('content_sid'),
      contentVariables: body.text('content_variables'),
    });
  });
  return { status: 201, body: messageView(actor.service, sid, row) };
}

/** Also the single `media_sid` of the oldest SDKs. */
function mediaSidsOf(body: TunnelBody): string[] {
  const given = body.value('media_sids') ?? body.value('media_sid') ?? [];
  return [given].flat().map((sid: unknown) => {
    if (typeof sid === 'string') return sid;
    throw invalidParameter('media_sids must be an array of SIDs.');
  });
}

export async function getMessage(
  context: ClientContext,
  _request: TunnelRequest,
  [sid = '', messageSid = '']: readonly string[],
): Promise<TunnelResponse> {
  const { row: conversation, participating } = await visibleConversation(context, sid);
  if (!participating) throw refusals.notParticipant();
  const row = await findMessage(context.read, conversation.id, messageSid);
  if (row === undefined) throw notFound(`Messages/${messageSid}`);
  return { status: 200, body: messageView(context.actor.service, conversation.sid, row) };
}

export async function postMessageUpdate(
  context: ClientContext,
  request: TunnelRequest,
  [sid = '', messageSid = '']: readonly string[],
): Promise<TunnelResponse> {
  const { actor, execute } = context;
  const row = await inConversation(context, sid, (conversation) => {
    const body = request.body();
    return execute(updateMessage, actor, {
      service: actor.service,
      conversation,
      messageSid,
      body: body.text('body'),
      attributes: body.text('attributes'),
    });
  });
  return { status: 200, body: messageView(actor.service, sid, row) };
}

export async function deleteMessage(
  context: ClientContext,
  _request: TunnelRequest,
  [sid = '', messageSid = '']: readonly string[],
): Promise<TunnelResponse> {
  const { actor, execute } = context;
  await inConversation(context, sid, (conversation) =>
    execute(removeMessage, actor, { service: actor.service, conversation, messageSid }),
  );
  return { status: 204 };
}
