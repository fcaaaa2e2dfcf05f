import {
  addParticipant,
  findParticipant,
  invalidParameter,
  removeParticipant,
  updateParticipant,
} from '../../domain/index.ts';
import type { TunnelRequest, TunnelResponse } from '../tunnel/tunnel-request.ts';
import type { ClientContext } from './context.ts';
import { namedIdentity } from './named-identity.ts';
import { participantView } from './views.ts';
import { visibleConversation } from './visible-conversation.ts';

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
    identity: body.text('identity'),
    ...bindingOf(body.value('messaging_binding')),
    attributes: body.text('attributes'),
    joinPolicy,
  });
  return { status: 201, body: participantView(actor.service, conversation.sid, row) };
}

/** Leaving, too: the SDK names its own identity (protocol 7.2, no. 7). */
export async function deleteParticipant(
  context: ClientContext,
  _request: TunnelRequest,
  [sid = '', rest = '']: readonly string[],
): Promise<TunnelResponse> {
  const { actor, execute, read } = context;
  const { row: conversation } = await visibleConversation(context, sid);
  const sidOrIdentity = await namedIdentity(rest, (text) => findParticipant(read, conversation.id, text));
  await execute(removeParticipant, actor, { service: actor.service, conversation, sidOrIdentity });
  return { status: 204 };
}

/** Attributes (protocol 7.2, no. 6). */
export async function postParticipantUpdate(
  context: ClientContext,
  request: TunnelRequest,
  [sid = '', participantSid = '']: readonly string[],
): Promise<TunnelResponse> {
  const { actor, execute } = context;
  const { row: conversation } = await visibleConversation(context, sid);
  const row = await execute(updateParticipant, actor, {
    service: actor.service,
    conversation,
    sidOrIdentity: participantSid,
    attributes: request.body().text('attributes'),
  });
  return { status: 200, body: participantView(actor.service, conversation.sid, row) };
}

/** Who takes part by an address is added with it (protocol 7.2, no. 5). */
function bindingOf(value: unknown) {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object') throw invalidParameter('messaging_binding must be an object.');
  const members = new Map<string, unknown>(Object.entries(value));
  const text = (name: string): string | undefined => {
    const member = members.get(name) ?? undefined;
    if (member === undefined || typeof member === 'string') return member;
    throw invalidParameter(`messaging_binding.${name} must be text.`);
  };
  return {
    address: text('address'),
    proxyAddress: text('proxy_address'),
    bindingName: text('name'),
    bindingLevel: text('level'),
  };
}
