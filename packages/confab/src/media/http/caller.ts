import { TokenRefusal } from '@confab/access-token/verify';
import type { FastifyRequest } from 'fastify';
import { findService, type ServiceRef, serviceRef } from '../../domain/index.ts';
import { HttpError, type RequireAccount, requirePermission, resourceNotFound } from '../../http/index.ts';
import type { Caller, MediaHttpContext } from './context.ts';

/** What a Restricted key's policy lists, below `/confab/`. */
export type MediaPermission = 'services.media/create' | 'services.media/read';

/**
 * Who asks, and the service in the path: a user by their Access Token in `X-Twilio-Token`, as SDKs send it (protocol 10.6), or account
 * credentials by HTTP Basic. Nothing else, and nothing that a browser adds by itself.
 */
export async function callerOf(
  request: FastifyRequest,
  { read, userOf, config }: Pick<MediaHttpContext, 'read' | 'userOf' | 'config'>,
  requireAccount: RequireAccount,
  permission: MediaPermission,
): Promise<{ caller: Caller; service: ServiceRef }> {
  const sid = serviceSidIn(request);
  const token = request.headers['x-twilio-token'];
  if (token === undefined) {
    const caller = await requireAccount(request);
    requirePermission(caller, permission);
    const service = await findService(read, caller.account.id, sid);
    if (service === undefined) throw resourceNotFound(request);
    return { caller, service: serviceRef(service) };
  }
  try {
    const caller = await userOf(String(token));
    if (caller.service.sid !== sid) throw resourceNotFound(request);
    return { caller, service: caller.service };
  } catch (error) {
    if (!(error instanceof TokenRefusal)) throw error;
    const message = config.dev ? `${error.message}: ${error.reason}` : error.message;
    throw new HttpError(401, error.code, message);
  }
}

function serviceSidIn({ params }: FastifyRequest): string {
  const sid = typeof params === 'object' && params !== null && 'ChatServiceSid' in params ? params.ChatServiceSid : '';
  return typeof sid === 'string' && !sid.includes('\0') ? sid : '';
}
