import type { FastifyRequest } from 'fastify';
import type { Config } from '../config/index.ts';
import type { Execute } from '../domain/index.ts';
import { type HttpContext, originFor } from '../http/index.ts';
import { isSid } from '../sid.ts';

export interface ConsoleContext extends Pick<HttpContext, 'config' | 'read' | 'secretBox' | 'clock' | 'logger'> {
  readonly execute: Execute;
}

export const SESSION_PATH = '/console/session';

const NAME = 'confab_console';
const COOKIE = new RegExp(`(?:^|;) *${NAME}=(CS[0-9a-f]{32})\\.([A-Za-z0-9_-]{43})(?:;|$)`);

/** The session that a cookie names, and the proof that it is the holder's. */
export interface Renewal {
  sid: string;
  renewal: string;
}

export function renewalOf({ headers: { cookie = '' } }: Pick<FastifyRequest, 'headers'>): Renewal | undefined {
  const [, sid, renewal] = COOKIE.exec(cookie) ?? [];
  return sid !== undefined && renewal !== undefined && isSid('CS', sid) ? { sid, renewal } : undefined;
}

/**
 * The cookie, for nothing but the renewal of the session (design 5): no script reads it, no other site's page brings it along, and no other
 * path gets it.
 */
export function sessionCookie(config: Config, value: Renewal | undefined, seconds: number): string {
  const isSecure = config.tls !== undefined || config.publicUrl?.startsWith('https:') === true;
  return [
    `${NAME}=${value === undefined ? '' : `${value.sid}.${value.renewal}`}`,
    `Path=${SESSION_PATH}`,
    `Max-Age=${value === undefined ? 0 : seconds}`,
    'HttpOnly',
    'SameSite=Strict',
    ...(isSecure ? ['Secure'] : []),
  ].join('; ');
}

/**
 * Whether a page of this very console asks. Browsers name the origin of whatever is not a plain GET (RFC 6454 7.3); one that does not is
 * no browser, and has no business with cookies.
 */
export function isOwnOrigin(request: FastifyRequest, config: Config): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (origin === undefined || (site !== undefined && site !== 'same-origin')) return false;
  // Behind a proxy the console may be reached by the public URL and, on the machine itself, by the address that it listens on.
  return origin === originFor(request.raw, config) || origin === ownOrigin(request, config);
}

function ownOrigin({ raw }: FastifyRequest, config: Config): string {
  return originFor(raw, { ...config, publicUrl: undefined });
}
