import { randomBytes } from 'node:crypto';

/** What all token benchmarks mint: the guide's sample, with a life of an hour. */
export const accountSid = `AC${randomBytes(16).toString('hex')}`;
export const apiKey = `SK${randomBytes(16).toString('hex')}`;
export const apiSecret = randomBytes(24).toString('base64url');
export const serviceSid = `IS${randomBytes(16).toString('hex')}`;
export const identity = 'user@example.com';
export const TTL_SECONDS = 3600;

/** The claims as the official library writes them. */
export function tokenClaims(issuedAt: number): object {
  return {
    jti: `${apiKey}-${issuedAt}`,
    grants: { identity, chat: { service_sid: serviceSid } },
    iat: issuedAt,
    exp: issuedAt + TTL_SECONDS,
    iss: apiKey,
    sub: accountSid,
  };
}
