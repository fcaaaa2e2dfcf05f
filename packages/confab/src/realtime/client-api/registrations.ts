import {
  DomainError,
  findBindingOfUser,
  invalidParameter,
  registerBinding,
  removeBinding,
} from '../../domain/index.ts';
import type { TunnelBody, TunnelRequest, TunnelResponse } from '../tunnel/tunnel-request.ts';
import type { ClientContext } from './context.ts';

/** The channels that the SDK registers (lifecycle 8). */
const CHANNELS = ['apn', 'fcm'] as const;

/** Registers the device for pushes, with the credential that the token names (protocol 10.5; access tokens 2). */
export async function postRegistration(context: ClientContext, request: TunnelRequest): Promise<TunnelResponse> {
  const { actor, execute, pushCredentialSid } = context;
  const body = request.body();
  const row = await execute(registerBinding, actor, {
    type: channelOf(body, 'channel_type'),
    endpoint: textOf(body.object('data'), 'registration_id', 'data.registration_id'),
    messageTypes: body.list('message_types').filter((type) => typeof type === 'string'),
    credentialSid: pushCredentialSid(),
  });
  return { status: 201, body: { id: row.sid } };
}

/** Takes a device of the user off pushes, by the id of its registration. One that is gone already is no failure: the SDK asks again. */
export async function deleteRegistration(
  context: ClientContext,
  _request: TunnelRequest,
  [id = '']: readonly string[],
): Promise<TunnelResponse> {
  await remove(context, id);
  return { status: 204 };
}

/** The same by what the push service calls the device. */
export async function deleteRegistrations(context: ClientContext, request: TunnelRequest): Promise<TunnelResponse> {
  const body = request.body();
  const type = channelOf(body, 'binding_type');
  const address = textOf(body, 'address', 'address');
  const binding = await findBindingOfUser(context.read, context.actor.user.id, type, address);
  if (binding !== undefined) await remove(context, binding.sid);
  return { status: 204 };
}

async function remove({ actor, execute }: ClientContext, bindingSid: string): Promise<void> {
  try {
    await execute(removeBinding, actor, { service: actor.service, bindingSid });
  } catch (error) {
    if (!(error instanceof DomainError && error.status === 404)) throw error;
  }
}

function channelOf(body: TunnelBody, name: string): (typeof CHANNELS)[number] {
  const channel = CHANNELS.find((one) => one === body.value(name));
  if (channel === undefined) throw invalidParameter(`${name} must be one of ${CHANNELS.join(', ')}.`);
  return channel;
}

function textOf(body: TunnelBody, name: string, shown: string): string {
  const value = body.value(name);
  if (typeof value !== 'string' || value === '' || value.includes('\0')) {
    throw invalidParameter(`${shown} must be text, and not empty.`);
  }
  return value;
}
