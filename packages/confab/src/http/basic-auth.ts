import type { FastifyRequest } from 'fastify';
import { type AccountActor, authenticate } from '../domain/index.ts';
import type { HttpContext } from './context.ts';
import { HttpError } from './http-error.ts';
import { oncePerTurn } from './once-per-turn.ts';

const BASIC = /^Basic +([A-Za-z0-9+/]+={0,2}) *$/i;

/** User name and password of HTTP Basic credentials (RFC 7617). */
export function basicCredentials(header: string): { username: string; password: string } | undefined {
  const encoded = BASIC.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon === -1 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

export type AuthContext = Pick<HttpContext, 'read' | 'secretBox' | 'clock' | 'keyUses'>;

/** Returns the account that a request comes from, or throws a refusal. */
export type RequireAccount = (request: FastifyRequest) => Promise<AccountActor>;

/**
 * Knows the account behind a request by HTTP Basic credentials; 401 without right ones. Nothing else authenticates a request: no cookie,
 * no parameter (design 5).
 */
export function basicAuth({ read, secretBox, clock, keyUses }: AuthContext): RequireAccount {
  const accountOf = oncePerTurn(async (header: string) => {
    const credentials = basicCredentials(header);
    return credentials && authenticate(read, secretBox, credentials, clock.now());
  });
  return async ({ headers: { authorization }, ip: address }) => {
    const actor = authorization === undefined ? undefined : await accountOf(authorization);
    if (actor !== undefined) {
      if (actor.credentialSid !== actor.account.sid) keyUses.used(actor.credentialSid, clock.now());
      return { ...actor, address };
    }
    throw notAuthenticated();
  };
}

/** The answer to wrong credentials, and to those that may not touch accounts and keys (REST API 2). */
export function notAuthenticated(): HttpError {
  return new HttpError(401, 20003, 'Authenticate', { headers: { 'WWW-Authenticate': 'Basic realm="Confab"' } });
}
