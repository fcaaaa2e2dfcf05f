import { checkHeader } from './check-header.ts';
import { checkSignature } from './check-signature.ts';
import { checkTimes, type TokenTimes } from './check-times.ts';
import { own } from './json-object.ts';
import { type Issuer, type KeyRecord, liveSecrets, readIssuer } from './key-record.ts';
import { parseToken } from './parse-token.ts';
import { type IdentityAndGrants, readGrants } from './read-grants.ts';
import { TokenRefusal } from './token-refusal.ts';

export interface VerifyOptions {
  /** The current time, Unix milliseconds. */
  readonly now: number;
  /**
   * Finds the API key that a token names in `iss`. Gets only text shaped like an API key SID. Undefined when there is no
   * such key; what it throws reaches the caller of `verifyAccessToken` as it is.
   */
  readonly findKey: (apiKeySid: string) => KeyRecord | undefined | PromiseLike<KeyRecord | undefined>;
  /** The account that the token must be for. Any that owns the key when left out. */
  readonly accountSid?: string | undefined;
  /** The Conversation Service that the token must be for. Any when left out. */
  readonly serviceSid?: string | undefined;
}

/** What a verified token says. Times are Unix seconds. */
export interface AccessTokenClaims extends Issuer, TokenTimes, IdentityAndGrants {
  /** Opaque: libraries put different things in it. */
  readonly jti?: string;
}

/**
 * Verifies an Access Token for Conversations and returns what it says. Checks in the order of the refusal codes:
 * structure, header, issuer and subject, signature, times, grants (access tokens 4). Whether the service and the role
 * exist is left to the caller, who refuses with `new TokenRefusal(20106, reason)`.
 *
 * @throws {TokenRefusal} when the token is not accepted.
 */
export async function verifyAccessToken(token: string, options: VerifyOptions): Promise<AccessTokenClaims> {
  const { now, findKey, accountSid, serviceSid } = options;
  // Every comparison with NaN is false: no token would ever expire.
  if (!Number.isFinite(now)) throw new TypeError('now must be the current Unix time in milliseconds');
  const { header, payload, signature, signingInput } = parseToken(token);
  checkHeader(header);
  const issuer = readIssuer(payload);
  if (accountSid !== undefined && issuer.accountSid !== accountSid) {
    throw new TokenRefusal(20103, `sub is not the account ${accountSid}`);
  }
  const secrets = liveSecrets(await findKey(issuer.apiKeySid), issuer);
  await checkSignature(signingInput, signature, secrets);
  const times = checkTimes(payload, now / 1000);
  const { identity, grants } = readGrants(payload);
  if (serviceSid !== undefined && grants.chat.serviceSid !== serviceSid) {
    throw new TokenRefusal(20106, `the chat grant is not for the service ${serviceSid}`);
  }
  const jti = own(payload, 'jti');
  return { ...issuer, identity, ...(typeof jti === 'string' && { jti }), ...times, grants };
}
