import { authorizationOf } from './authorization.ts';
import { equalBytes, hex, sha256, utf8 } from './bytes.ts';
import { TokenHandlerError } from './token-handler-error.ts';
import type { Authenticator, Caller } from './types.ts';

/** Who holds an API token of the app. */
export interface ApiToken extends Caller {
  /** SHA-256 of the token in lower-case hexadecimal, as `hashApiToken` makes it. */
  readonly sha256: string;
}

export interface BearerTokenOptions {
  /** The tokens, when they are few. */
  readonly tokens?: readonly ApiToken[] | undefined;
  /** Looks a token up by its SHA-256 in lower-case hexadecimal. What is looked up is a hash, so the time it takes tells nothing. */
  readonly find?: ((sha256: string) => Caller | undefined | PromiseLike<Caller | undefined>) | undefined;
}

/**
 * The hash to store in place of an API token. A plain hash is enough for a token that is random; make one of 32 random bytes, never of a
 * password.
 */
export async function hashApiToken(token: string): Promise<string> {
  return hex(await sha256(utf8(token)));
}

/**
 * Knows callers by `Authorization: Bearer`. Tokens are kept as hashes, and compared with all that are known in constant time.
 *
 * @throws {TokenHandlerError} without tokens or `find`, and for something that is no hash.
 */
export function bearerToken({ tokens = [], find }: BearerTokenOptions): Authenticator {
  if (tokens.length === 0 && find === undefined) throw nothingToCompare();
  const known = tokens.map(({ sha256: hash, ...caller }, index) => ({ hash: checkHash(hash, index), caller }));
  return {
    ambient: false,
    challenge: 'Bearer',
    async authenticate(request) {
      const presented = authorizationOf(request, 'Bearer');
      if (presented === undefined) return { refused: 'there is no bearer token' };
      const hash = await hashApiToken(presented);
      let holder: Caller | undefined;
      for (const { hash: other, caller } of known) if (equalBytes(utf8(hash), utf8(other))) holder = caller;
      return holder ?? (await find?.(hash)) ?? { refused: 'the bearer token is not known' };
    },
  };
}

function checkHash(hash: unknown, index: number): string {
  if (typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash)) return hash;
  const argument = `tokens[${index}].sha256`;
  const message = `${argument} is not a SHA-256 in lower-case hexadecimal; make it with hashApiToken(token)`;
  throw new TokenHandlerError('invalid_token_hash', argument, message);
}

function nothingToCompare(): TokenHandlerError {
  return new TokenHandlerError('invalid_token_hash', 'tokens', 'give tokens, or find to look them up');
}
