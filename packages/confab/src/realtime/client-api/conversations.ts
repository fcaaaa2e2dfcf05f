import {
  addParticipant,
  type ConversationRow,
  conversationAccess,
  createConversation,
  findConversationBySid,
  findMessage,
  notFound,
  refusals,
  removeParticipant,
  sendMessage,
} from '../../domain/index.ts';
import type { TunnelRequest, TunnelResponse } from '../tunnel/tunnel-request.ts';
import type { ClientContext } from './context.ts';
import { conversationView, messageView, participantView } from './views.ts';

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

export async function postParticipant(
  context: ClientContext,
  request: TunnelRequest,
  [sid = '']: readonly string[],
): Promise<TunnelResponse> {
  const { actor, execute, joinPolicy } = context;
  const { row: conversation } = await visibleConversation(context, sid);
  const body = request.body();
  const row = await execute(addParticipant, actor, {
    service: actor.service,
    conversation,
    identity: body.text('identity') ?? '',
    attributes: body.text('attributes'),
    joinPolicy,
  });
  return { status: 201, body: participantView(actor.service, conversation.sid, row) };
}

/** Leaving, too: the SDK names its own identity (protocol 7.2, no. 7). */
export async function deleteParticipant(
  context: ClientContext,
  _request: TunnelRequest,
  [sid = '', sidOrIdentity = '']: readonly string[],
): Promise<TunnelResponse> {
  const { actor, execute } = context;
  const { row: conversation } = await visibleConversation(context, sid);
  await execute(removeParticipant, actor, { service: actor.service, conversation, sidOrIdentity });
  return { status: 204 };
}

export async function postMessage(
  context: ClientContext,
  request: TunnelRequest,
  [sid = '']: readonly string[],
): Promise<TunnelResponse> {
  const { actor, execute } = context;
  const conversation = await requireBySid(context, sid);
  const body = request.body();
  const row = await execute(sendMessage, actor, {
    service: actor.service,
    conversation,
    body: body.text('body'),
    subject: body.text('subject'),
    attributes: body.text('attributes'),
  });
  return { status: 201, body: messageView(actor.service, conversation.sid, row) };
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

/** Refuses an unknown conversation and one that the user may not see with the same words (design 5). */
async function visibleConversation(
  context: ClientContext,
  sid: string,
): Promise<{ row: ConversationRow; participating: boolean }> {
  const row = await requireBySid(context, sid);
  const { level } = await conversationAccess(context.read, context.actor, row, context.joinPolicy);
  if (level === 'none') throw refusals.notParticipant();
  return { row, participating: level === 'participant' };
}

/** The command behind it checks the right to the conversation, inside its transaction. */
async function requireBySid({ actor, read }: ClientContext, sid: string): Promise<ConversationRow> {
  const row = await findConversationBySid(read, actor.service.id, sid);
  if (row === undefined) throw refusals.notParticipant();
  return row;
}
