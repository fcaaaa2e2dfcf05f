import { isSid } from './sid.ts';

/** The longest identity, in characters (Unicode code points). */
export const MAX_IDENTITY_LENGTH = 256;

const faults = {
  missing_identity: 'identity is missing; give the name of this user in your app',
  invalid_identity: 'identity must be a string without NUL and unpaired surrogates',
  identity_too_long: `identity is longer than ${MAX_IDENTITY_LENGTH} characters`,
  identity_like_user_sid: 'identity must not look like a User SID (US and 32 hex digits)',
} as const;

export type IdentityFaultCode = keyof typeof faults;

/** What is wrong with an identity: a stable code, and a sentence that never repeats the identity itself. */
export interface IdentityFault {
  readonly code: IdentityFaultCode;
  readonly message: string;
}

/**
 * Judges an identity (access tokens 2). Returns what is wrong with it, or undefined when it may be used.
 *
 * Length is counted in code points, as JSON Schema, PostgreSQL and SQLite count text, so that one limit holds on every
 * path. Unpaired surrogates and NUL are refused because no UTF-8 database column keeps them: two different identities
 * would be stored as the same one.
 */
export function identityFault(identity: unknown): IdentityFault | undefined {
  if (identity === undefined || identity === null || identity === '') return fault('missing_identity');
  if (typeof identity !== 'string') return fault('invalid_identity');
  if (isTooLong(identity)) return fault('identity_too_long');
  if (!identity.isWellFormed() || identity.includes('\0')) return fault('invalid_identity');
  if (isSid('US', identity)) return fault('identity_like_user_sid');
  return undefined;
}

function isTooLong(identity: string): boolean {
  // A code point is one or two UTF-16 units, so only the lengths between the two bounds need to be counted.
  if (identity.length <= MAX_IDENTITY_LENGTH) return false;
  return identity.length > 2 * MAX_IDENTITY_LENGTH || [...identity].length > MAX_IDENTITY_LENGTH;
}

function fault(code: IdentityFaultCode): IdentityFault {
  return { code, message: faults[code] };
}
