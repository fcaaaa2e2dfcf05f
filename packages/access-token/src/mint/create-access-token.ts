import { createHmac } from 'node:crypto';
import { MAX_TOKEN_LENGTH, TOKEN_HEADER } from '../shared/token-format.ts';
import { AccessTokenError } from './access-token-error.ts';
import { checkIdentity, checkNotBefore, checkNow, checkSecret, checkSid, checkTtl } from './check-arguments.ts';
import { type GrantOptions, grantsClaim } from './grants.ts';

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
  /** What the client may use; at least one grant. */
  grants: GrantOptions;
  /** The current time, Unix milliseconds. Default `Date.now()`. */
  now?: number | undefined;
}

const DEFAULT_TTL_SECONDS = 3_600;
const encodedHeader = base64url(JSON.stringify(TOKEN_HEADER));

/**
 * Mints an Access Token: a compact JWS signed with HS256, claim for claim what the official Node library writes
 * (access tokens 3).
 *
 * @throws {AccessTokenError} for the first argument that no usable token can be made from.
 */
export function createAccessToken(options: CreateAccessTokenOptions): string {
  if (typeof options !== 'object' || options === null) throw missingOptions();
  const { accountSid, apiKey, apiSecret, identity, ttl = DEFAULT_TTL_SECONDS, notBefore, now = Date.now() } = options;
  checkSid('AC', accountSid, 'invalid_account_sid', 'accountSid');
  checkSid('SK', apiKey, 'invalid_api_key', 'apiKey');
  checkSecret(apiSecret);
  checkIdentity(identity);
  checkTtl(ttl);
  checkNow(now);
  const issuedAt = Math.floor(now / 1000);
  const expiresAt = issuedAt + ttl;
  if (notBefore !== undefined) checkNotBefore(notBefore, expiresAt);

  const payload = JSON.stringify({
    jti: `${apiKey}-${issuedAt}`,
    grants: grantsClaim(identity, options.grants),
    nbf: notBefore, // JSON.stringify leaves out what is undefined
    iat: issuedAt,
    exp: expiresAt,
    iss: apiKey,
    sub: accountSid,
  });
  const signingInput = `${encodedHeader}.${base64url(payload)}`;
  const token = `${signingInput}.${createHmac('sha256', apiSecret).update(signingInput).digest('base64url')}`;
  if (token.length > MAX_TOKEN_LENGTH) throw tooLong();
  return token;
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}

function missingOptions(): AccessTokenError {
  const message = 'createAccessToken takes one object: { accountSid, apiKey, apiSecret, identity, grants }';
  return new AccessTokenError('invalid_options', 'options', message);
}

function tooLong(): AccessTokenError {
  const message = `the token would be longer than ${MAX_TOKEN_LENGTH} characters, which servers refuse; shorten endpointId`;
  return new AccessTokenError('token_too_long', 'grants', message);
}
