import { REFUSALS, Refusal } from './refusal.ts';

// A Unix time above this is in milliseconds: as seconds it would lie in the year 5138.
const LOOKS_LIKE_MILLISECONDS = 100_000_000_000;

/** Seconds that a token may live: `ttl`, or what is left of the login session. Throws a Refusal when that is over. */
export function lifeOf(ttl: number, sessionEndsAt: number | undefined, now: number): number {
  if (sessionEndsAt === undefined) return ttl;
  // NaN would compare as a session that never ends.
  if (!Number.isFinite(sessionEndsAt) || sessionEndsAt >= LOOKS_LIKE_MILLISECONDS) {
    throw new TypeError('sessionEndsAt must be a Unix time in seconds; divide milliseconds by 1000');
  }
  const left = Math.floor(sessionEndsAt) - Math.floor(now / 1000);
  if (left < 1) throw new Refusal(REFUSALS.unauthenticated, 'the login session has ended');
  return Math.min(ttl, left);
}
