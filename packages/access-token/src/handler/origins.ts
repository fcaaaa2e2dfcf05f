import { REFUSALS, Refusal } from './refusal.ts';
import { TokenHandlerError } from './token-handler-error.ts';

/** Which web pages may ask. */
export interface OriginPolicy {
  /** Headers that each answer to the request has, refusals included. */
  headersFor(request: Request): Record<string, string>;
  /** Throws a Refusal when the request comes from a page that may not ask. */
  require(request: Request): void;
}

/** Browsers keep other headers from the page, and it should know when to come back. */
const EXPOSED = { 'Access-Control-Expose-Headers': 'Retry-After' };

/** How long a browser keeps the answer to a preflight: the longest that Chromium takes. */
const PREFLIGHT_SECONDS = 7200;

export const PREFLIGHT_HEADERS: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Methods': 'POST',
  'Access-Control-Allow-Headers': 'Authorization, Content-Type',
  'Access-Control-Max-Age': String(PREFLIGHT_SECONDS),
};

/**
 * Compares `Origin` with a list, exactly: no patterns, no suffixes, `null` never. This holds for pages of the endpoint's own host as well,
 * so that a name which was pointed at it (DNS rebinding) gives a page nothing.
 *
 * @throws {TokenHandlerError} for an entry that no browser would send, and for `*` with credentials that browsers add by themselves.
 */
export function originPolicy(allowed: readonly string[] | '*', ambient: boolean): OriginPolicy {
  if (allowed === '*') {
    if (ambient) throw wildcard();
    return { headersFor: () => ({ 'Access-Control-Allow-Origin': '*', ...EXPOSED }), require: () => {} };
  }
  const listed = new Set(allowed.map(checkOrigin));
  return {
    headersFor(request) {
      const origin = request.headers.get('origin');
      if (origin === null || !listed.has(origin)) return { Vary: 'Origin' };
      return {
        Vary: 'Origin',
        'Access-Control-Allow-Origin': origin,
        ...EXPOSED,
        ...(ambient && { 'Access-Control-Allow-Credentials': 'true' }),
      };
    },
    require({ headers }) {
      const origin = headers.get('origin');
      // Browsers name the origin with every POST. One that did not would still say that the page is not of this site (Fetch Metadata);
      // programs say neither.
      const site = headers.get('sec-fetch-site') ?? 'none';
      const isAllowed = origin === null ? site === 'none' || site === 'same-origin' : listed.has(origin);
      if (!isAllowed) throw new Refusal(REFUSALS.foreignOrigin, 'the origin of the page is not in allowedOrigins');
    },
  };
}

// Apps in a web view have schemes of their own, such as capacitor://localhost.
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@*]+$/;

function checkOrigin(origin: unknown, index: number): string {
  if (typeof origin === 'string' && ORIGIN.test(origin) && isSerialised(origin)) return origin;
  const message = `allowedOrigins[${index}] is not an origin as browsers send it; give scheme, host and any port only, in lower case, such as https://app.example.com`;
  throw new TokenHandlerError('invalid_origin', `allowedOrigins[${index}]`, message);
}

function isSerialised(origin: string): boolean {
  return !/^https?:/.test(origin) || (URL.canParse(origin) && new URL(origin).origin === origin);
}

function wildcard(): TokenHandlerError {
  const message =
    "allowedOrigins is '*', and browsers may add the credentials by themselves: every page could get its visitor's token. List the origins of your pages";
  return new TokenHandlerError('wildcard_origin', 'allowedOrigins', message);
}
