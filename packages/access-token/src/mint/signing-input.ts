import { encodeText } from '../shared/encode-base64url.ts';
import { identityWarnings, type TokenWarning } from '../shared/text-warnings.ts';
import { MAX_TOKEN_LENGTH, TOKEN_HEADER } from '../shared/token-format.ts';
import {
  checkCredentials,
  checkIdentity,
  checkNotBefore,
  checkNow,
  checkText,
  checkTtl,
  fail,
} from './check-arguments.ts';
import type { GrantClaim } from './grant-claims.ts';
import { warnOfSecret } from './secret-warning.ts';

/** What a token is made of, from either form of the API; not checked yet, whatever its types say. */
export interface TokenParts {
  accountSid: string;
  apiKey: string;
  apiSecret: string;
  identity: string;
  ttl?: number | undefined;
  notBefore?: number | undefined;
  region?: string | undefined;
  now?: number | undefined;
  onWarning?: ((warning: TokenWarning) => void) | undefined;
}

export const DEFAULT_TTL_SECONDS = 3_600;
const DOT_AND_SIGNATURE = 44;
const encodedHeader = encodeText(JSON.stringify(TOKEN_HEADER));

/**
 * Checks everything that a token is made of, and returns what is to be signed: encoded header, dot, encoded payload, with
 * the claims in the order of the official Node library (access tokens 3). `writeGrants` checks the grants, and writes them
 * beside the identity.
 *
 * @throws {AccessTokenError} for the first argument that no usable token can be made from.
 */
export function signingInput(parts: TokenParts, writeGrants: (claim: GrantClaim) => void): string {
  const { accountSid, apiKey, apiSecret, identity, ttl = DEFAULT_TTL_SECONDS, notBefore, region } = parts;
  const { now = Date.now(), onWarning } = parts;
  checkCredentials(accountSid, apiKey, apiSecret);
  checkIdentity(identity);
  checkTtl(ttl);
  checkNow(now);
  const issuedAt = Math.floor(now / 1000);
  const expiresAt = issuedAt + ttl;
  if (notBefore !== undefined) checkNotBefore(notBefore, expiresAt);
  if (region !== undefined) checkText(region, 'invalid_region', 'region');

  const grants: GrantClaim = { identity };
  writeGrants(grants);
  if (Object.keys(grants).length === 1) fail('missing_grant', 'grants', 'must hold a grant');
  const payload = JSON.stringify({
    jti: `${apiKey}-${issuedAt}`,
    grants,
    nbf: notBefore, // JSON.stringify leaves out what is undefined
    iat: issuedAt,
    exp: expiresAt,
    iss: apiKey,
    sub: accountSid,
  });
  const header = region === undefined ? encodedHeader : encodeText(JSON.stringify({ ...TOKEN_HEADER, twr: region }));
  const input = `${header}.${encodeText(payload)}`;
  if (input.length + DOT_AND_SIGNATURE > MAX_TOKEN_LENGTH) {
    fail('token_too_long', 'grants', `make the token longer than ${MAX_TOKEN_LENGTH} characters`);
  }
  warnOfSecret(apiSecret, onWarning);
  // The guide's own identity has a reserved character: only who asks is told.
  if (onWarning !== undefined) for (const warning of identityWarnings(identity)) onWarning(warning);
  return input;
}
