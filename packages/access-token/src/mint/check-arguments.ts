import { identityFault } from '../shared/identity.ts';
import { describeSid, isSid, type SidPrefix } from '../shared/sid.ts';
import { MAX_LIFETIME_SECONDS } from '../shared/token-format.ts';
import { AccessTokenError, type AccessTokenErrorCode } from './access-token-error.ts';

// A Unix time above this is in milliseconds: as seconds it would lie in the year 5138.
const LOOKS_LIKE_MILLISECONDS = 100_000_000_000;

export function checkSid(prefix: SidPrefix, value: unknown, code: AccessTokenErrorCode, argument: string): void {
  if (isSid(prefix, value)) return;
  const missing = value === undefined || value === null || value === '';
  const problem = missing ? 'is missing or empty' : 'has another shape';
  throw new AccessTokenError(code, argument, `${argument} ${problem}; give ${describeSid(prefix)}`);
}

export function checkSecret(value: unknown): void {
  if (typeof value === 'string' && value !== '') return;
  const message = 'apiSecret is missing or empty; give the secret, as text, that was shown when the API key was made';
  throw new AccessTokenError('invalid_api_secret', 'apiSecret', message);
}

export function checkIdentity(value: unknown): void {
  const fault = identityFault(value);
  if (fault !== undefined) throw new AccessTokenError(fault.code, 'identity', fault.message);
}

export function checkTtl(value: unknown): void {
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_LIFETIME_SECONDS) return;
  throw new AccessTokenError('invalid_ttl', 'ttl', describeTtl(value));
}

function describeTtl(value: unknown): string {
  const wanted = `give a whole number of seconds from 1 to ${MAX_LIFETIME_SECONDS} (24 hours)`;
  if (typeof value === 'string') return `ttl is a string; ${wanted}, for example 3600 and not '3600'`;
  if (typeof value !== 'number' || Number.isNaN(value)) return `ttl is not a number; ${wanted}`;
  if (value > MAX_LIFETIME_SECONDS) {
    return `ttl of ${value} seconds is too long; ${wanted}. If it is in milliseconds, divide it by 1000`;
  }
  return `ttl is ${value}; ${wanted}`;
}

export function checkNotBefore(value: unknown, expiresAt: number): void {
  if (!Number.isInteger(value) || Number(value) < 0 || Number(value) >= LOOKS_LIKE_MILLISECONDS) {
    const message =
      'notBefore must be a Unix time in whole seconds; from a Date take Math.floor(date.getTime() / 1000)';
    throw new AccessTokenError('invalid_not_before', 'notBefore', message);
  }
  if (Number(value) >= expiresAt) {
    const message = `notBefore is not before the token's expiry (${expiresAt}); give an earlier time or a longer ttl`;
    throw new AccessTokenError('invalid_not_before', 'notBefore', message);
  }
}

export function checkNow(value: unknown): void {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return;
  throw new AccessTokenError('invalid_now', 'now', 'now must be a Unix time in milliseconds, as Date.now() gives it');
}
