import { type JsonObject, own } from '../../verify/json-object.ts';

export interface ClaimRules {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly authorizedParties: readonly string[];
}

/** How far the clocks of provider and endpoint may differ. It prolongs nothing: `exp` has none of it. */
const LEEWAY_SECONDS = 60;

/** What is wrong with the claims, or undefined. `now` in Unix seconds. OpenID Connect Core 1.0, 3.1.3.7. */
export function claimsFault(claims: JsonObject, { issuer, audience, authorizedParties }: ClaimRules, now: number) {
  if (own(claims, 'iss') !== issuer) return 'iss is another issuer';
  const named = [own(claims, 'aud')].flat();
  if (!named.some((name) => typeof name === 'string' && audience.includes(name)))
    return 'aud does not name this audience';
  const party = own(claims, 'azp');
  if (party === undefined && named.length > 1) return 'aud names several audiences, and there is no azp';
  if (party !== undefined && !(typeof party === 'string' && authorizedParties.includes(party))) {
    return 'azp is not among the authorized parties';
  }
  // OpenID Connect Back-Channel Logout 1.0, 2.4: what ends a session must not begin one.
  if (own(claims, 'events') !== undefined) return 'the token reports events';
  return timesFault(claims, now);
}

function timesFault(claims: JsonObject, now: number): string | undefined {
  const expiry = own(claims, 'exp');
  if (typeof expiry !== 'number' || !Number.isFinite(expiry)) return 'exp is missing or no number';
  if (expiry <= now) return 'the token has expired';
  for (const name of ['nbf', 'iat']) {
    const time = own(claims, name);
    if (time !== undefined && !(typeof time === 'number' && time <= now + LEEWAY_SECONDS)) {
      return `${name} lies ahead, or is no number`;
    }
  }
  return undefined;
}
