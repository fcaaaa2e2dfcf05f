import type { GrantOptions } from '../mint/grant-options.ts';
import { checkSetUp } from './check-set-up.ts';
import { lifeOf } from './life.ts';
import { createLimiter, type LimitOptions } from './limits.ts';
import { type MintRecord, mint } from './mint.ts';
import { originPolicy, PREFLIGHT_HEADERS } from './origins.ts';
import { REFUSALS, Refusal } from './refusal.ts';
import { TokenHandlerError } from './token-handler-error.ts';
import type {
  Authenticate,
  Authentication,
  Authenticator,
  Caller,
  Sender,
  TokenCredentials,
  TokenHandler,
  Unavailable,
} from './types.ts';

type Awaitable<T> = T | PromiseLike<T>;

export interface TokenHandlerOptions {
  /** What signs: the values, or a function that is asked for each token, for keys that rotate. */
  readonly credentials: TokenCredentials | (() => Awaitable<TokenCredentials | Unavailable>);
  /**
   * Who asks: one of the ready-made authenticators, or a function. A function may read cookies, for all that is known, so pages have to be
   * listed for it.
   */
  readonly authenticate: Authenticate | Authenticator;
  /** What the token is good for: the same for all, or by caller. */
  readonly grants: GrantOptions | ((caller: Caller) => Awaitable<GrantOptions>);
  /** Longest life of a token in whole seconds, 1 to 86,400. Default 3,600. A login session that ends before ends the token. */
  readonly ttl?: number | undefined;
  /**
   * Web origins whose pages may ask, as browsers send them: `https://app.example.com`. Default none, which leaves apps and programs. The
   * site of the endpoint itself has to be listed as well. `*` only for credentials that no browser adds by itself.
   */
  readonly allowedOrigins?: readonly string[] | '*' | undefined;
  readonly limits?: LimitOptions | undefined;
  /** Told of each token before it is handed out. If this throws, it is not: no token goes unrecorded. */
  readonly onMint?: ((record: MintRecord) => unknown) | undefined;
  /** Told why a request got no token. Holds no credentials. */
  readonly onRefuse?: ((record: RefusalRecord) => unknown) | undefined;
  /** The current time, Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

export interface RefusalRecord {
  readonly status: number;
  /** What exactly was wrong: more than the caller is told. */
  readonly reason: string;
  readonly sender: Sender;
  /** Present when something failed: a fault to be mended. */
  readonly error?: unknown;
}

const DEFAULT_TTL_SECONDS = 3_600;
const JSON_TYPE = 'application/json; charset=utf-8';

/**
 * A token endpoint: `POST` from a signed-in caller is answered with `{ token, identity, expires_in }`, everything else with
 * `{ code, message, status }` and no detail. Asks in this order: method, origin, limit per caller, authentication, limit per identity.
 *
 * @throws {TokenHandlerError} when it is set up in a way that cannot be meant, and AccessTokenError when no token could be made with what
 * it is given.
 */
export function createTokenHandler(options: TokenHandlerOptions): TokenHandler {
  const { ttl = DEFAULT_TTL_SECONDS, now = Date.now } = options;
  const { authenticate, ambient, challenge } = authenticatorOf(options.authenticate);
  const origins = originPolicy(options.allowedOrigins ?? [], ambient);
  const limiter = createLimiter(options.limits ?? {});
  checkSetUp(options);

  async function answer(request: Request, sender: Sender): Promise<Response> {
    const cors = origins.headersFor(request);
    if (request.method === 'OPTIONS') {
      origins.require(request);
      return new Response(null, { status: 204, headers: { ...PREFLIGHT_HEADERS, ...cors } });
    }
    if (request.method !== 'POST') throw wrongMethod(request.method);
    origins.require(request);
    await limiter.caller(sender.address, now());
    const caller = requireCaller(await authenticate(request), challenge);
    const credentials = await credentialsOf(options.credentials);
    const grants = await (typeof options.grants === 'function' ? options.grants(caller) : options.grants);
    await limiter.identity(caller.identity, now());
    const life = lifeOf(ttl, caller.sessionEndsAt, now());
    const minted = await mint({ credentials, caller, grants, ttl: life, now: now() });
    await options.onMint?.({ ...minted.record, sender });
    return new Response(JSON.stringify(minted.answer), { status: 200, headers: { ...bodyHeaders(), ...cors } });
  }

  return async (request, sender = {}) => {
    try {
      return await answer(request, sender);
    } catch (error) {
      const refusal = refusalOf(error);
      await report(options.onRefuse, refusal, sender);
      return refuse(refusal, origins.headersFor(request));
    }
  };
}

function authenticatorOf(given: Authenticate | Authenticator): Authenticator {
  if (typeof given === 'function') return { authenticate: given, ambient: true };
  if (typeof given?.authenticate === 'function' && typeof given.ambient === 'boolean') return given;
  const message = 'authenticate must be a function that takes a Request, or one of the ready-made authenticators';
  throw new TokenHandlerError('invalid_authenticator', 'authenticate', message);
}

function requireCaller(found: Authentication, challenge: string | undefined): Caller {
  if (found !== undefined && 'identity' in found) return found;
  if (found !== undefined && 'unavailable' in found) throw new Refusal(REFUSALS.unavailable, found.unavailable);
  throw new Refusal(REFUSALS.unauthenticated, found?.refused ?? 'the authenticator named nobody', {
    headers: challenge === undefined ? {} : { 'WWW-Authenticate': challenge },
  });
}

async function credentialsOf(given: TokenHandlerOptions['credentials']): Promise<TokenCredentials> {
  const found = typeof given === 'function' ? await given() : given;
  if ('unavailable' in found) throw new Refusal(REFUSALS.unavailable, found.unavailable);
  return found;
}

function wrongMethod(method: string): Refusal {
  return new Refusal(REFUSALS.method, `the method is ${method}`, { headers: { Allow: 'OPTIONS, POST' } });
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  return new Refusal(REFUSALS.internal, 'the endpoint failed', { cause: error });
}

async function report(
  onRefuse: TokenHandlerOptions['onRefuse'],
  { status, reason, cause }: Refusal,
  sender: Sender,
): Promise<void> {
  try {
    await onRefuse?.({ status, reason, sender, ...(cause !== undefined && { error: cause }) });
  } catch {
    // The caller gets nothing either way, and there is nobody left to tell.
  }
}

function refuse({ code, message, status, headers }: Refusal, cors: Record<string, string>): Response {
  const body = JSON.stringify({ code, message, status });
  return new Response(body, { status, headers: { ...bodyHeaders(), ...headers, ...cors } });
}

function bodyHeaders(): Record<string, string> {
  return { 'Content-Type': JSON_TYPE, 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };
}
