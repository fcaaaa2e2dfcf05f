import { FetchFault, fetchBounded } from './fetch-bounded.ts';
import { TokenHandlerError } from './token-handler-error.ts';
import type { Authentication, Authenticator } from './types.ts';

export interface ForwardAuthOptions {
  /** What knows the callers: `http://` or `https://`. It is sent their credentials, so it should be near or behind TLS. */
  readonly url: string;
  /** The header of its answer that names the identity, such as `Remote-User`. */
  readonly identityHeader: string;
  /** Default 2,000. */
  readonly timeoutMs?: number | undefined;
}

/** Of its answer, whose body nobody reads: more is a page for people, and not from what was meant. */
const MAX_BYTES = 16 * 1024;

/** Under a flood that comes from everywhere, the service gets no more requests at once than this. */
const MAX_AT_ONCE = 100;

/** The caller's credentials, and nothing else of their request. */
const FORWARDED = ['authorization', 'cookie'];

/**
 * Knows callers by asking another service of the app, which gets their `Authorization` and `Cookie` headers in a GET. It answers 2xx with
 * the identity (in UTF-8) in a header for whoever is signed in, and 401, 403 or a redirect to its sign-in page for others; anything
 * else, or no answer in time, is 503. Redirects are not followed.
 *
 * It tells no end of the session, so the token's `ttl` alone bounds what outlives a logout.
 *
 * @throws {TokenHandlerError} for a URL or a header name that is none.
 */
export function forwardAuth({ url, identityHeader, timeoutMs = 2_000 }: ForwardAuthOptions): Authenticator {
  checkUrl(url);
  checkHeaderName(identityHeader);
  let underWay = 0;
  return {
    ambient: true,
    async authenticate(request): Promise<Authentication> {
      const headers = credentialsIn(request.headers);
      if (Object.keys(headers).length === 0)
        return { refused: 'there is neither a cookie nor an authorization header' };
      if (underWay >= MAX_AT_ONCE)
        return { unavailable: `the forward-auth service has ${MAX_AT_ONCE} requests to answer` };
      underWay++;
      try {
        const answer = await fetchBounded(url, { headers, timeoutMs, maxBytes: MAX_BYTES });
        return judge(answer.status, answer.headers.get(identityHeader));
      } catch (error) {
        if (error instanceof FetchFault) return { unavailable: `the forward-auth service failed: ${error.message}` };
        throw error;
      } finally {
        underWay--;
      }
    },
  };
}

function credentialsIn(headers: Headers): Record<string, string> {
  return Object.fromEntries(FORWARDED.flatMap((name) => (headers.has(name) ? [[name, headers.get(name) ?? '']] : [])));
}

function judge(status: number, header: string | null): Authentication {
  if (status === 401 || status === 403 || (status >= 300 && status < 400)) {
    return { refused: `the forward-auth service answered ${status}` };
  }
  if (status < 200 || status > 299) return { unavailable: `the forward-auth service answered ${status}` };
  const identity = header === null ? undefined : decodeHeader(header);
  if (identity === undefined || identity === '') {
    return { refused: 'the answer of the forward-auth service has no identity in its header' };
  }
  return { identity };
}

/**
 * Fetch gives a header's bytes as one character each (Fetch, isomorphic decode); names are written in UTF-8 today. A byte order mark is
 * kept: dropped, it would make two names one.
 */
function decodeHeader(value: string): string | undefined {
  try {
    const bytes = Uint8Array.from(value, (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function checkUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') return;
  const message = 'url must begin with http:// or https://, without user and password';
  throw new TokenHandlerError('invalid_url', 'url', message);
}

function checkHeaderName(name: unknown): void {
  if (typeof name === 'string' && /^[A-Za-z0-9-]+$/.test(name)) return;
  const message = 'identityHeader is no name of a header; give one such as Remote-User';
  throw new TokenHandlerError('invalid_header_name', 'identityHeader', message);
}
