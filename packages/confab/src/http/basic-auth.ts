import type { FastifyRequest } from 'fastify';
import { Counter } from 'prom-client';
import { networksOf } from '../config/index.ts';
import { type AccountActor, authenticate, consoleActor } from '../domain/index.ts';
import { callerAddress } from './caller-address.ts';
import type { HttpContext } from './context.ts';
import { HttpError } from './http-error.ts';
import { createLoginGuard, TooManyAttempts } from './login-guard.ts';
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

const BEARER = /^Bearer +([A-Za-z0-9._-]+) *$/i;

type AuthContext = Pick<HttpContext, 'config' | 'read' | 'secretBox' | 'limits' | 'metrics' | 'clock' | 'keyUses'>;

declare module 'fastify' {
  interface FastifyInstance {
    requireAccount: RequireAccount;
  }
}

/** Returns the account that a request comes from, or throws a refusal. */
export type RequireAccount = (request: FastifyRequest) => Promise<AccountActor>;

/**
 * Knows the account behind a request by HTTP Basic credentials; 401 without right ones, 429 after too many wrong ones from its address.
 * Who is signed in at the console sends a bearer token instead, which cannot be guessed at. Nothing else authenticates a request: no cookie,
 * no parameter (design 5).
 */
export function basicAuth(context: AuthContext): RequireAccount {
  const { config, read, secretBox, limits, metrics, clock, keyUses } = context;
  const guard = createLoginGuard(limits.failedLoginsPerMinute, () => clock.now());
  const trustedProxies = networksOf(config.trustedProxies);
  const failures = new Counter({
    name: 'confab_http_failed_logins_total',
    help: 'Requests with credentials that were wrong, or not looked at because too many from their address were.',
    labelNames: ['reason'],
    registers: [metrics],
  });
  for (const reason of ['wrong', 'too_many']) failures.inc({ reason }, 0);

  const accountOf = oncePerTurn((attempt: string) => {
    // An address has no space in it.
    const space = attempt.indexOf(' ');
    const header = attempt.slice(space + 1);
    return guard.attempt(attempt.slice(0, space), header, async () => {
      const credentials = basicCredentials(header);
      return credentials && authenticate(read, secretBox, credentials, clock.now());
    });
  });
  return async ({ headers: { authorization }, raw }) => {
    if (authorization === undefined) throw notAuthenticated();
    const address = callerAddress(raw, trustedProxies);
    const bearer = BEARER.exec(authorization)?.[1];
    if (bearer !== undefined) {
      const signedIn = await consoleActor(read, secretBox, bearer, clock.now());
      if (signedIn !== undefined) return { ...signedIn.actor, address };
      failures.inc({ reason: 'wrong' });
      throw notAuthenticated();
    }
    const actor = await accountOf(`${address} ${authorization}`).catch((error: unknown) => {
      if (!(error instanceof TooManyAttempts)) throw error;
      failures.inc({ reason: 'too_many' });
      throw new HttpError(429, 20429, error.message, { headers: { 'Retry-After': String(error.retryAfter) } });
    });
    if (actor !== undefined) {
      if (actor.credentialSid !== actor.account.sid) keyUses.used(actor.credentialSid, clock.now());
      return { ...actor, address };
    }
    failures.inc({ reason: 'wrong' });
    throw notAuthenticated();
  };
}

/** The answer to wrong credentials, and to those that may not touch accounts and keys (REST API 2). */
export function notAuthenticated(): HttpError {
  return new HttpError(401, 20003, 'Authenticate', { headers: { 'WWW-Authenticate': 'Basic realm="Confab"' } });
}
