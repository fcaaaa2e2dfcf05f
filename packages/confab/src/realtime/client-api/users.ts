import { findUser, findUserBySidOrIdentity, notFound, type UserRow, updateUser } from '../../domain/index.ts';
import type { TunnelRequest, TunnelResponse } from '../tunnel/tunnel-request.ts';
import type { ClientContext } from './context.ts';
import { namedIdentity } from './named-identity.ts';
import { userView } from './views.ts';

/** Any user of the service, by identity (protocol 7.2, no. 18). */
export async function getUser(
  context: ClientContext,
  _request: TunnelRequest,
  [rest = '']: readonly string[],
): Promise<TunnelResponse> {
  return { status: 200, body: userView(context.actor.service, await requireUser(context, rest)) };
}

/** The user whose identity the rest of the path is. */
export async function requireUser({ actor, read }: ClientContext, rest: string): Promise<UserRow> {
  const identity = await namedIdentity(rest, (text) => findUser(read, actor.service.id, text));
  const row = await findUser(read, actor.service.id, identity);
  if (row === undefined) throw notFound(`Users/${identity}`);
  return row;
}

/** Friendly name or attributes (protocol 7.2, no. 19). */
export async function postUser(
  { actor, execute, read }: ClientContext,
  request: TunnelRequest,
  [rest = '']: readonly string[],
): Promise<TunnelResponse> {
  const sidOrIdentity = await namedIdentity(rest, (text) => findUserBySidOrIdentity(read, actor.service.id, text));
  const body = request.body();
  const row = await execute(updateUser, actor, {
    service: actor.service,
    sidOrIdentity,
    friendlyName: body.text('friendly_name'),
    attributes: body.text('attributes'),
  });
  return { status: 200, body: userView(actor.service, row) };
}
