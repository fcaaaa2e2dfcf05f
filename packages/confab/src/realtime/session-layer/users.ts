import type { ClientContext } from '../client-api/context.ts';
import { requireUser } from '../client-api/users.ts';
import { objectName } from '../sync/object-sid.ts';
import type { TunnelRequest, TunnelResponse } from '../tunnel/tunnel-request.ts';

/** Where the user's name and attributes are told (protocol 16.3). */
export async function getSessionUser(
  context: ClientContext,
  _request: TunnelRequest,
  [rest = '']: readonly string[],
): Promise<TunnelResponse> {
  const { sid, identity } = await requireUser(context, rest);
  return { status: 200, body: { identity, sync_unique_name: objectName('user_info', sid) } };
}
