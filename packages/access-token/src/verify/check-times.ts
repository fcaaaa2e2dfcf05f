import { MAX_LIFETIME_SECONDS } from '../shared/token-format.ts';
import { type JsonObject, own } from './json-object.ts';
import { type RefusalCode, TokenRefusal } from './token-refusal.ts';

/** How far clocks may differ, in seconds, for everything but `exp` (access tokens 2). */
const LEEWAY_SECONDS = 60;

/** The times of a token in Unix seconds, fractions possible (NumericDate, RFC 7519 2). */
export interface TokenTimes {
  readonly issuedAt?: number;
  readonly notBefore?: number;
  readonly expiresAt: number;
}

/**
 * Checks `exp`, `nbf` and `iat` against `now` (Unix seconds). `exp` has no leeway: a token is dead at that second. `nbf`
 * and `iat` may be up to 60 s ahead. A token may live 24 h and 60 s, counted from its own start and from now.
 *
 * @throws {TokenRefusal} 20104 expired or living too long, 20105 not valid yet
 */
export function checkTimes(payload: JsonObject, now: number): TokenTimes {
  const expiresAt = numericDate(payload, 'exp', 20104);
  if (expiresAt === undefined) throw new TokenRefusal(20104, 'exp is missing');
  const notBefore = numericDate(payload, 'nbf', 20105);
  const issuedAt = numericDate(payload, 'iat', 20105);

  if (expiresAt <= now) throw new TokenRefusal(20104, `exp ${expiresAt} has passed; it is ${now}`);
  checkLifetime(expiresAt, issuedAt ?? notBefore ?? now);
  if (notBefore !== undefined) checkStarted('nbf', notBefore, now);
  if (issuedAt !== undefined) checkStarted('iat', issuedAt, now);
  checkLifetime(expiresAt, now);
  return {
    ...(issuedAt !== undefined && { issuedAt }),
    ...(notBefore !== undefined && { notBefore }),
    expiresAt,
  };
}

function numericDate(payload: JsonObject, name: string, code: RefusalCode): number | undefined {
  const value = own(payload, name);
  if (value === undefined) return undefined;
  // 1e999 is valid JSON and parses to Infinity.
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new TokenRefusal(code, `${name} is not a number`);
  return value;
}

function checkLifetime(expiresAt: number, from: number): void {
  if (expiresAt - from <= MAX_LIFETIME_SECONDS + LEEWAY_SECONDS) return;
  const reason = `exp ${expiresAt} is more than 24 hours after ${from}; times are in seconds, not milliseconds`;
  throw new TokenRefusal(20104, reason);
}

function checkStarted(name: string, start: number, now: number): void {
  if (start <= now + LEEWAY_SECONDS) return;
  throw new TokenRefusal(20105, `${name} ${start} is more than ${LEEWAY_SECONDS} s ahead; it is ${now}`);
}
