import { checkCredentials, checkObject, checkTtl, fail } from '../mint/check-arguments.ts';
import { type GrantClaim, writeGrants } from '../mint/grant-claims.ts';
import type { TokenHandlerOptions } from './create-token-handler.ts';

/**
 * Checks what each token will be made with, as far as it is known when the endpoint is made: better a start that fails than an endpoint
 * that answers 500.
 *
 * @throws {AccessTokenError} for the first value that no usable token can be made from.
 */
export function checkSetUp({ credentials, grants, ttl }: TokenHandlerOptions): void {
  if (typeof credentials !== 'function') {
    checkObject(credentials, 'invalid_options', 'credentials');
    checkCredentials(credentials.accountSid, credentials.apiKey, credentials.apiSecret);
  }
  if (typeof grants !== 'function') {
    const claim: GrantClaim = {};
    writeGrants(claim, grants);
    if (Object.keys(claim).length === 0) fail('missing_grant', 'grants', 'must hold a grant');
  }
  if (ttl !== undefined) checkTtl(ttl);
}
