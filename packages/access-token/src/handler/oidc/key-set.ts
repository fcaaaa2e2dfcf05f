import type { JsonObject } from '../../verify/json-object.ts';
import { isTrustworthyUrl } from '../endpoint-url.ts';
import { type Fetched, FetchFault, fetchBounded } from '../fetch-bounded.ts';
import type { Refused, Unavailable } from '../types.ts';
import type { Algorithm } from './algorithms.ts';
import { readJwksUri } from './discovery.ts';
import { importKey, isKeyFor, readKeySet } from './jwk.ts';

export interface KeySetOptions {
  readonly issuer: string;
  /** Absent: asked of the issuer. */
  readonly jwksUrl: string | undefined;
  readonly timeoutMs: number;
  readonly now: () => number;
}

/** The public keys of a provider, fetched when they are needed. */
export interface KeySet {
  find(algorithm: Algorithm, kid: string | undefined): Promise<{ readonly key: CryptoKey } | Refused | Unavailable>;
}

/** After this they are fetched again: a key that the provider has withdrawn is trusted no longer than that … */
const FRESH_MS = 10 * 60_000;
/** … or than this, while the provider cannot be reached. */
const USABLE_MS = 60 * 60_000;
/** A key that is not among them may be new. Whoever makes up key ids does not get the provider asked more often than this. */
const PAUSE_MS = 30_000;
const PAUSE_AFTER_FAULT_MS = 5_000;
/** A set of a hundred RSA keys with certificates. */
const MAX_BYTES = 256 * 1024;

export function createKeySet({ issuer, jwksUrl, timeoutMs, now }: KeySetOptions): KeySet {
  let keys: readonly JsonObject[] = [];
  let loadedAt = Number.NEGATIVE_INFINITY;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let fault = '';
  let loading: Promise<void> | undefined;

  async function load(): Promise<void> {
    try {
      const url = jwksUrl ?? (await discover(issuer, timeoutMs));
      const found = readKeySet(requireOk(await fetchBounded(url, { timeoutMs, maxBytes: MAX_BYTES })));
      if (found === undefined) throw new FetchFault('the answer is no key set');
      keys = found;
      loadedAt = now();
      pausedUntil = now() + PAUSE_MS;
    } catch (error) {
      if (!(error instanceof FetchFault)) throw error;
      fault = error.message;
      pausedUntil = now() + PAUSE_AFTER_FAULT_MS;
    }
  }

  /** One fetch for all who wait for it. */
  async function refresh(): Promise<void> {
    if (loading === undefined && now() < pausedUntil) return;
    loading ??= load().finally(() => {
      loading = undefined;
    });
    await loading;
  }

  return {
    async find(algorithm, kid) {
      if (now() - loadedAt >= FRESH_MS) await refresh();
      let fitting = keys.filter((jwk) => isKeyFor(jwk, algorithm, kid));
      if (fitting.length === 0 && kid !== undefined) {
        await refresh();
        fitting = keys.filter((jwk) => isKeyFor(jwk, algorithm, kid));
      }
      if (now() - loadedAt >= USABLE_MS)
        return { unavailable: `the keys of the provider could not be fetched: ${fault}` };
      const [jwk, another] = fitting;
      if (jwk === undefined) return { refused: 'the provider has no key of this id and algorithm' };
      if (another !== undefined)
        return { refused: 'the token does not say which of the keys of the provider signed it' };
      const key = await importKey(jwk, algorithm);
      return key === undefined ? { refused: 'the key of the provider is broken or too short' } : { key };
    },
  };
}

/** Where the issuer keeps its keys (OpenID Connect Discovery 1.0, 4). */
async function discover(issuer: string, timeoutMs: number): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const jwksUri = readJwksUri(requireOk(await fetchBounded(url, { timeoutMs, maxBytes: MAX_BYTES })), issuer);
  if (!isTrustworthyUrl(jwksUri))
    throw new FetchFault('its configuration is not that of the issuer, or names no safe jwks_uri');
  return jwksUri;
}

function requireOk({ status, text }: Fetched): string {
  if (status === 200) return text;
  throw new FetchFault(`it was answered with ${status}`);
}
