import { identityFault } from '../shared/identity.ts';
import { prefixOfSid, type SidPrefix } from '../shared/sid.ts';
import { MAX_LIFETIME_SECONDS } from '../shared/token-format.ts';
import { AccessTokenError, type AccessTokenErrorCode } from './access-token-error.ts';

/** Throws, with a message that begins with the argument's name. */
export function fail(code: AccessTokenErrorCode, argument: string, text: string): never {
  throw new AccessTokenError(code, argument, `${argument} ${text}`);
}

export function checkSid(prefix: SidPrefix, value: unknown, code: AccessTokenErrorCode, argument: string): void {
  const given = prefixOfSid(value);
  if (given === prefix) return;
  // The prefix is no secret, and shows that two arguments stand in each other's place.
  const problem = given ? `begins with ${given}` : value ? 'is no SID' : 'is missing';
  fail(code, argument, `${problem}; give a SID: ${prefix} and 32 hex digits`);
}

/** Checks what a token is signed with, which both forms of the API take. */
export function checkCredentials(accountSid: unknown, apiKey: unknown, apiSecret: unknown): void {
  checkSid('AC', accountSid, 'invalid_account_sid', 'accountSid');
  checkSid('SK', apiKey, 'invalid_api_key', 'apiKey');
  if (typeof apiSecret === 'string' && apiSecret !== '') return;
  fail('invalid_api_secret', 'apiSecret', 'is missing; give the text shown when the API key was made');
}

export function checkIdentity(value: unknown): asserts value is string {
  const fault = identityFault(value);
  if (fault !== undefined) throw new AccessTokenError(fault.code, 'identity', fault.message);
}

export function checkTtl(value: unknown): void {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MAX_LIFETIME_SECONDS) return;
  // Text may be a secret in the wrong place: it is not repeated.
  const given = typeof value === 'number' ? value : `a ${typeof value}`;
  const wanted = `give whole seconds from 1 to ${MAX_LIFETIME_SECONDS} (24 hours); divide milliseconds by 1000`;
  fail('invalid_ttl', 'ttl', `is ${given}; ${wanted}`);
}

export function checkNotBefore(value: unknown, expiresAt: number): void {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < expiresAt) return;
  const wanted = `must be a Unix time in whole seconds before the expiry, ${expiresAt}; divide milliseconds by 1000`;
  fail('invalid_not_before', 'notBefore', wanted);
}

export function checkNow(value: unknown): void {
  if (typeof value !== 'number' || !(value >= 0 && value < Number.POSITIVE_INFINITY)) {
    fail('invalid_now', 'now', 'must be in milliseconds, as Date.now() gives it');
  }
}

export function checkText(value: unknown, code: AccessTokenErrorCode, argument: string): void {
  if (typeof value === 'string' && value !== '' && value.isWellFormed()) return;
  fail(code, argument, 'must be a non-empty string, or left out');
}

export function checkFlag(value: unknown, code: AccessTokenErrorCode, argument: string): void {
  if (typeof value !== 'boolean') fail(code, argument, 'must be true or false');
}

export function checkObject(value: unknown, code: AccessTokenErrorCode, argument: string): asserts value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(code, argument, 'must be an object');
}
