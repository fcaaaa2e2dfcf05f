import { AsyncLocalStorage } from 'node:async_hooks';
import { randomFillSync } from 'node:crypto';

/** Prefixes of resources, and of what resources refer to elsewhere: messaging services, flows, content templates (REST API 6). */
export type SidPrefix =
  | 'AC'
  | 'SK'
  | 'IS'
  | 'RL'
  | 'US'
  | 'CH'
  | 'MB'
  | 'IM'
  | 'ME'
  | 'DY'
  | 'WH'
  | 'WD'
  | 'IG'
  | 'CR'
  | 'BS'
  | 'MG'
  | 'FW'
  | 'HX'
  | 'ER'
  /** A sign-in at the console. */
  | 'CS';

const RANDOM_BYTES = 10;
const pool = Buffer.alloc(RANDOM_BYTES * 512);
let used = pool.length;
let fillPool: (pool: Buffer) => void = (bytes) => void randomFillSync(bytes);

/**
 * Takes the random part of SIDs from elsewhere, until called again: for simulations, which have to make the same SIDs from the same seed.
 * Nothing but tests may call it, since SIDs of credentials must not be guessed. Without `fill` they are the system's random bytes again.
 */
export function fillSidsFrom(fill?: (pool: Buffer) => void): void {
  fillPool = fill ?? ((bytes) => void randomFillSync(bytes));
  used = pool.length;
}

function randomHex(): string {
  if (used === pool.length) {
    fillPool(pool);
    used = 0;
  }
  used += RANDOM_BYTES;
  return pool.toString('hex', used - RANDOM_BYTES, used);
}

const foretold = new AsyncLocalStorage<(prefix: SidPrefix) => string>();

/**
 * Runs `work`, in which `newSid` returns what `next` says: for data that is to have the same SIDs wherever it is made. SIDs of accounts and
 * credentials, which must not be guessed, are not among them.
 */
export function withSidsFrom<Result>(next: (prefix: SidPrefix) => string, work: () => Result): Result {
  return foretold.run(next, work);
}

/** A SID that sorts by time (48 bits of milliseconds, then 80 random bits), so that its index is appended to rather than scattered. */
export function newSid(prefix: SidPrefix, now: number): string {
  const next = foretold.getStore();
  if (next !== undefined) return next(prefix);
  return prefix + Math.max(0, Math.floor(now)).toString(16).padStart(12, '0').slice(-12) + randomHex();
}

/** A SID without a time in it, for what should not tell when it was made: accounts and credentials. */
export function newRandomSid(prefix: SidPrefix): string {
  return prefix + (randomHex() + randomHex()).slice(0, 32);
}

const SID_TAIL = /^[0-9a-fA-F]{32}$/;

/** Two capitals and 32 hex digits of either case (REST API 6). */
export function isSid(prefix: SidPrefix, text: string): boolean {
  return text.length === 34 && text.startsWith(prefix) && SID_TAIL.test(text.slice(2));
}
