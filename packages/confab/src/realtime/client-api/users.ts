import { findUser, notFound } from '../../domain/index.ts';
import type { TunnelRequest, TunnelResponse } from '../tunnel/tunnel-request.ts';
import type { ClientContext } from './context.ts';
import { userView } from './views.ts';

/** Any user of the service, by identity (protocol 7.2, no. 18). */
export async function getUser(
  { actor, read }: ClientContext,
  _request: TunnelRequest,
  [identity = '']: readonly string[],
): Promise<TunnelResponse> {
  const row = await findUser(read, actor.service.id, identity);
  if (row === undefined) throw notFound(`Users/${identity}`);
  return { status: 200, body: userView(actor.service, row) };
}
