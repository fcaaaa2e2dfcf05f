import type { TokenWarning } from '../shared/text-warnings.ts';
import { checkObject } from './check-arguments.ts';
import { writeGrants } from './grant-claims.ts';
import type { GrantOptions } from './grant-options.ts';
import { sign, signAsync } from './sign.ts';
import { signingInput } from './signing-input.ts';

export interface CreateAccessTokenOptions {
  /** The account that owns the API key (`AC…`). */
  accountSid: string;
  /** The API key that signs (`SK…`): a Main or Standard one. */
  apiKey: string;
  /** The secret of that API key. Its UTF-8 bytes are the HMAC key. */
  apiSecret: string;
  /** Who the client is: 1 to 256 characters, not shaped like a User SID. */
  identity: string;
  /** Life of the token in whole seconds, 1 to 86,400. Default 3,600. */
  ttl?: number | undefined;
  /** Unix time in whole seconds before which the token is not valid. Left out of the token when absent. */
  notBefore?: number | undefined;
  /** Region, which only voice products use. Left out of the token when absent. */
  region?: string | undefined;
  /** What the client may use; at least one grant. */
  grants: GrantOptions;
  /** The current time, Unix milliseconds. Default `Date.now()`. */
  now?: number | undefined;
  /**
   * Told of what is allowed and may cause trouble: a weak secret, and what `identityWarnings` reports. Without it a weak
   * secret is reported once in the life of the process, and nothing else.
   */
  onWarning?: ((warning: TokenWarning) => void) | undefined;
}

/**
 * Mints an Access Token: a compact JWS signed with HS256, claim for claim what the official Node library writes
 * (access tokens 3). Needs node:crypto, which Node, Deno, Bun and workers with Node compatibility have.
 *
 * @throws {AccessTokenError} for the first argument that no usable token can be made from, and `no_synchronous_crypto` where
 * only `createAccessTokenAsync` can sign.
 */
export function createAccessToken(options: CreateAccessTokenOptions): string {
  return sign(inputOf(options), options.apiSecret, 'await createAccessTokenAsync(…)');
}

/**
 * Mints the same token with WebCrypto, which every runtime has.
 *
 * @throws {AccessTokenError} as a rejection, for the first argument that no usable token can be made from.
 */
export async function createAccessTokenAsync(options: CreateAccessTokenOptions): Promise<string> {
  return signAsync(inputOf(options), options.apiSecret);
}

function inputOf(options: CreateAccessTokenOptions): string {
  checkObject(options, 'invalid_options', 'options');
  return signingInput(options, (claim) => writeGrants(claim, options.grants));
}
