import { DomainError, invalidParameter } from '../../domain/index.ts';
import type { ClientContext } from '../client-api/context.ts';
import { errorAnswer } from '../refusal.ts';
import type { TunnelBody, TunnelRequest, TunnelResponse } from '../tunnel/tunnel-request.ts';
import { CommandRefusal } from './client-request.ts';
import { commands } from './commands.ts';
import { sessionContext } from './session-context.ts';
import type { SessionList } from './session-list.ts';
import { LIST_NOT_FOUND } from './session-lists.ts';

const PURPOSE = 'com.twilio.rtd.ipmsg';
const SESSION_TYPE = 'IpMsgSession';

/** `POST /v3/Lists`: begins a session. Clients make no other list. */
export async function postList(context: ClientContext, request: TunnelRequest): Promise<TunnelResponse> {
  const body = request.body();
  if (body.text('purpose') !== PURPOSE || body.object('context').text('type') !== SESSION_TYPE) {
    throw new DomainError(20403, 403, 'Clients make no lists but that of their session.');
  }
  const list = context.sessionLists.make(await sessionContext(context));
  return { status: 201, body: list.descriptor() };
}

export async function getListContext(
  context: ClientContext,
  _request: TunnelRequest,
  [sid = '']: readonly string[],
): Promise<TunnelResponse> {
  // An id below the event's, for which the SDK waits in any case (protocol 16.3).
  return { status: 200, body: { data: requireList(context, sid).context, last_event_id: 0 } };
}

/** Does what the item says. The answer, which the client waits for, is the item's update; this one says that the item was taken. */
export async function postItem(
  context: ClientContext,
  request: TunnelRequest,
  [sid = '']: readonly string[],
): Promise<TunnelResponse> {
  const list = requireList(context, sid);
  const data = request.body().object('data');
  const commandId = data.text('commandId') ?? '';
  if (commandId === '' || commandId.length > COMMAND_ID_LENGTH) throw invalidParameter('data.commandId is missing.');
  const fields = data.object('request');
  const item = list.append();
  if (item === undefined) throw new DomainError(20429, 429, 'The answers to earlier commands wait for a subscription.');
  // Without the request, which nobody reads there: what waits for a client is short.
  list.answer(item.index, { commandId, response: await respond(context, fields) });
  return { status: 201, body: item.body };
}

/** The SDK's own are UUIDs. */
const COMMAND_ID_LENGTH = 128;

async function respond(context: ClientContext, fields: TunnelBody): Promise<object> {
  try {
    const command = commands.get(fields.text('action') ?? '');
    if (command === undefined) throw invalidParameter('action must be one that is known.');
    return { status: 200, statusText: 'OK', ...(await command(context, fields)) };
  } catch (error) {
    // The SDK shows these two to the app, as code and message of the error.
    if (error instanceof CommandRefusal) return { status: error.status, statusText: error.message };
    const known = errorAnswer(error);
    if (known === undefined) throw error;
    return { status: known.status, statusText: known.message };
  }
}

function requireList({ sessionLists }: ClientContext, sid: string): SessionList {
  const list = sessionLists.find(sid);
  if (list === undefined) throw new DomainError(LIST_NOT_FOUND.code, LIST_NOT_FOUND.status, LIST_NOT_FOUND.message);
  return list;
}
