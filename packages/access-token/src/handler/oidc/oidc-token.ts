import { type JsonObject, own } from '../../verify/json-object.ts';
import { authorizationOf } from '../authorization.ts';
import { checkTrustworthyUrl } from '../endpoint-url.ts';
import { TokenHandlerError } from '../token-handler-error.ts';
import type { Authentication, Authenticator } from '../types.ts';
import { ALGORITHMS, type Algorithm, isAlgorithm, specOf } from './algorithms.ts';
import { claimsFault } from './check-claims.ts';
import { identityOf } from './identity-of.ts';
import { createKeySet } from './key-set.ts';
import { headerFault, parseJwt } from './parse-jwt.ts';

export interface OidcTokenOptions {
  /** The issuer, exactly as it stands in `iss`. */
  readonly issuer: string;
  /** Whom tokens are for: the client id of an ID token, the API of an access token. One of them has to stand in `aud`. */
  readonly audience: string | readonly string[];
  /** Who may have asked for the token: client ids that `azp` may name. Default: the audience, which is right for ID tokens. */
  readonly authorizedParties?: readonly string[] | undefined;
  /** Default: all of RS256, PS256, ES256 and EdDSA (Ed25519). There are no others. */
  readonly algorithms?: readonly Algorithm[] | undefined;
  /** Where the keys are. Default: asked of the issuer (OpenID Connect Discovery). */
  readonly jwksUrl?: string | undefined;
  /**
   * The claim that is the identity, or a function of the verified claims. Default `sub`. What looks like an e-mail address has to be the
   * verified one; a function answers for itself.
   */
  readonly identity?: string | ((claims: JsonObject) => string | undefined) | undefined;
  /** Service role of the user (`RL…`), from the verified claims. */
  readonly deploymentRoleSid?: ((claims: JsonObject) => string | undefined) | undefined;
  /** For the keys. Default 5,000. */
  readonly timeoutMs?: number | undefined;
  /** Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/**
 * Knows callers by `Authorization: Bearer` with a JWT of an identity provider: signature, issuer, audience, authorized party and times are
 * checked, and the session ends with the token.
 *
 * @throws {TokenHandlerError} for URLs that cannot be believed, other algorithms, or an audience that is missing.
 */
export function oidcToken(options: OidcTokenOptions): Authenticator {
  const { issuer, jwksUrl, timeoutMs = 5_000, now = Date.now, identity = 'sub', deploymentRoleSid } = options;
  const audience = [options.audience].flat();
  const rules = { issuer, audience, authorizedParties: options.authorizedParties ?? audience };
  const algorithms: ReadonlySet<Algorithm> = new Set(options.algorithms ?? Object.keys(ALGORITHMS).filter(isAlgorithm));
  checkTrustworthyUrl('issuer', issuer);
  if (jwksUrl !== undefined) checkTrustworthyUrl('jwksUrl', jwksUrl);
  checkAudience(audience);
  checkAlgorithms(algorithms);
  const keySet = createKeySet({ issuer, jwksUrl, timeoutMs, now });

  return {
    ambient: false,
    challenge: 'Bearer',
    async authenticate(request): Promise<Authentication> {
      const jwt = parseJwt(authorizationOf(request, 'Bearer') ?? '');
      if (jwt === undefined) return { refused: 'there is no JWT' };
      const { header, claims, signature, signingInput } = jwt;
      const algorithm = own(header, 'alg');
      if (!isAlgorithm(algorithm) || !algorithms.has(algorithm)) return { refused: 'alg is not allowed' };
      // The cheap checks come first: nothing is fetched for a token that could not count.
      const fault = headerFault(header) ?? claimsFault(claims, rules, now() / 1000);
      if (fault !== undefined) return { refused: fault };
      const kid = own(header, 'kid');
      const found = await keySet.find(algorithm, typeof kid === 'string' ? kid : undefined);
      if (!('key' in found)) return found;
      if (!(await crypto.subtle.verify(specOf(algorithm).verifyWith, found.key, signature, signingInput))) {
        return { refused: 'the signature is not that of the provider' };
      }
      const named = typeof identity === 'string' ? identityOf(claims, identity) : { identity: identity(claims) ?? '' };
      if ('refused' in named) return named;
      if (named.identity === '') return { refused: 'the claims name no identity' };
      return { ...named, deploymentRoleSid: deploymentRoleSid?.(claims), sessionEndsAt: Number(own(claims, 'exp')) };
    },
  };
}

function checkAudience(audience: readonly unknown[]): void {
  if (audience.length > 0 && audience.every((name) => typeof name === 'string' && name !== '')) return;
  const message = 'audience is missing; without it, tokens that the provider made for other apps would count';
  throw new TokenHandlerError('invalid_audience', 'audience', message);
}

function checkAlgorithms(algorithms: ReadonlySet<unknown>): void {
  if (algorithms.size > 0 && [...algorithms].every(isAlgorithm)) return;
  const message = `algorithms may be ${Object.keys(ALGORITHMS).join(', ')}: a provider's keys are public, so symmetric ones cannot be meant`;
  throw new TokenHandlerError('invalid_algorithm', 'algorithms', message);
}
