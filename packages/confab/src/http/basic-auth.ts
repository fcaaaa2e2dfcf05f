import type { FastifyRequest } from 'fastify';
import { type AccountActor, authenticate } from '../domain/index.ts';
import type { HttpContext } from './context.ts';
import { HttpError } from './http-error.ts';

const BASIC = /^Basic +([A-Za-z0-9+/]+={0,2}) *$/i;

/** User name and password of HTTP Basic credentials (RFC 7617). */
export function basicCredentials(header: string | undefined): { username: string; password: string } | undefined {
  const encoded = BASIC.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon === -1 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/**
 * The account behind the request's HTTP Basic credentials; 401 without right ones. Nothing else authenticates a request: no cookie, no
 * parameter (design 5).
 */
export async function requireAccount(
  { read, secretBox }: Pick<HttpContext, 'read' | 'secretBox'>,
  request: FastifyRequest,
): Promise<AccountActor> {
  const credentials = basicCredentials(request.headers.authorization);
  const actor = credentials && (await authenticate(read, secretBox, credentials.username, credentials.password));
  if (actor !== undefined) return actor;
  // REST API 2.
  throw new HttpError(401, 20003, 'Authenticate', { headers: { 'WWW-Authenticate': 'Basic realm="Confab"' } });
}
