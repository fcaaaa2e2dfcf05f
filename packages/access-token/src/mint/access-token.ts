import { TOKEN_HEADER } from '../shared/token-format.ts';
import { checkCredentials, checkIdentity, checkTtl, fail } from './check-arguments.ts';
import * as grants from './grants.ts';
import { sign, signAsync } from './sign.ts';
import { DEFAULT_TTL_SECONDS, signingInput } from './signing-input.ts';

export interface AccessTokenOptions {
  /** Who the client is: 1 to 256 characters, not shaped like a User SID. A whole number stands for its digits. */
  identity: string | number;
  /** Life of the token in whole seconds, 1 to 86,400. Default 3,600. */
  ttl?: number | undefined;
  /** Unix time in whole seconds before which the token is not valid. */
  nbf?: number | undefined;
  /** Region, which only voice products use. */
  region?: string | undefined;
}

/** What a grant has to have; those of the official library have it too. */
export interface GrantLike {
  readonly key: string;
  toPayload(): object;
}

/**
 * An Access Token in the making, with the names and arguments of the official Node library. What is given is checked at
 * once, and again when the token is made, since members may be set in between.
 *
 * ```js
 * const token = new AccessToken(accountSid, apiKey, apiSecret, { identity: 'user@example.com' });
 * token.addGrant(new AccessToken.ChatGrant({ serviceSid }));
 * const jwt = token.toJwt();
 * ```
 */
export class AccessToken {
  static readonly DEFAULT_ALGORITHM = TOKEN_HEADER.alg;
  static readonly ALGORITHMS: readonly string[] = [TOKEN_HEADER.alg];
  static readonly Grant = grants.Grant;
  static readonly ChatGrant = grants.ChatGrant;
  static readonly ConversationsGrant = grants.ConversationsGrant;
  static readonly IpMessagingGrant = grants.IpMessagingGrant;
  static readonly PlaybackGrant = grants.PlaybackGrant;
  static readonly SyncGrant = grants.SyncGrant;
  static readonly TaskRouterGrant = grants.TaskRouterGrant;
  static readonly VideoGrant = grants.VideoGrant;
  static readonly VoiceGrant = grants.VoiceGrant;

  declare accountSid: string;
  declare keySid: string;
  declare identity: string;
  declare ttl: number;
  declare nbf: number | undefined;
  declare region: string | undefined;
  grants: GrantLike[] = [];
  readonly #secret: string;

  /**
   * @param accountSid - The account that owns the API key (`AC…`).
   * @param apiKey - The API key that signs (`SK…`): a Main or Standard one.
   * @param apiSecret - The secret of that API key.
   * @throws {AccessTokenError} for the first argument that no usable token can be made from.
   */
  constructor(accountSid: string, apiKey: string, apiSecret: string, options: AccessTokenOptions) {
    const { identity, ttl, nbf, region }: Partial<AccessTokenOptions> = options ?? {};
    checkCredentials(accountSid, apiKey, apiSecret);
    const name = textOf(identity ?? '');
    checkTtl(ttl ?? DEFAULT_TTL_SECONDS);
    this.accountSid = accountSid;
    this.keySid = apiKey;
    this.identity = name;
    this.ttl = ttl ?? DEFAULT_TTL_SECONDS;
    this.nbf = nbf ?? undefined;
    this.region = region || undefined;
    this.#secret = apiSecret;
  }

  /**
   * Adds a grant. One that has the same key as an earlier one takes its place.
   *
   * @throws {AccessTokenError} when it is not a grant.
   */
  addGrant(grant: GrantLike): void {
    checkGrant(grant);
    this.grants.push(grant);
  }

  /**
   * Makes the token. Each call makes a new one, issued at the time of the call.
   *
   * @throws {AccessTokenError} for the first argument that no usable token can be made from, `no_synchronous_crypto` where
   * only `toJwtAsync` can sign.
   */
  toJwt(algorithm: string = TOKEN_HEADER.alg): string {
    return sign(this.#signingInput(algorithm), this.#secret, 'await token.toJwtAsync()');
  }

  /** Makes the token with WebCrypto, which every runtime has. Errors are those of `toJwt`, as rejections. */
  async toJwtAsync(algorithm: string = TOKEN_HEADER.alg): Promise<string> {
    return signAsync(this.#signingInput(algorithm), this.#secret);
  }

  #signingInput(algorithm: string): string {
    if (algorithm !== TOKEN_HEADER.alg) {
      fail('unsupported_algorithm', 'algorithm', `must be ${TOKEN_HEADER.alg}`);
    }
    const { accountSid, keySid: apiKey, ttl, nbf: notBefore, region } = this;
    const identity = textOf(this.identity);
    const parts = {
      accountSid,
      apiKey,
      apiSecret: this.#secret,
      identity,
      ttl,
      notBefore,
      region,
    };
    return signingInput(parts, (claim) => {
      for (const grant of this.grants) {
        checkGrant(grant);
        claim[grant.key] = grant.toPayload();
      }
    });
  }
}

/** The type names that the official library has under its class. */
export declare namespace AccessToken {
  type Options = AccessTokenOptions;
  type Grant = grants.Grant;
  type ChatGrant = grants.ChatGrant;
  type ConversationsGrant = grants.ConversationsGrant;
  type IpMessagingGrant = grants.IpMessagingGrant;
  type PlaybackGrant = grants.PlaybackGrant;
  type SyncGrant = grants.SyncGrant;
  type TaskRouterGrant = grants.TaskRouterGrant;
  type VideoGrant = grants.VideoGrant;
  type VoiceGrant = grants.VoiceGrant;
}

/** The official library takes whole numbers for identities too, and zero for a missing one. */
function textOf(identity: string | number): string {
  if (Number.isSafeInteger(identity) && identity !== 0) return String(identity);
  checkIdentity(identity);
  return identity;
}

function checkGrant(grant: unknown): asserts grant is GrantLike {
  // Beside the grants stands the identity, which none of them may replace.
  if (isGrantLike(grant) && !['', 'identity', '__proto__'].includes(grant.key)) return;
  fail('invalid_grants', 'grant', 'must be one such as new ChatGrant(…)');
}

function isGrantLike(value: unknown): value is GrantLike {
  const { key, toPayload } = Object(value);
  return typeof key === 'string' && typeof toPayload === 'function';
}
