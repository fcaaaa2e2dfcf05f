import { addressBlock } from './address-block.ts';
import { createMemoryLimitStore, type LimitStore, type LimitUse } from './memory-limit-store.ts';
import { REFUSALS, Refusal } from './refusal.ts';
import { TokenHandlerError } from './token-handler-error.ts';

/** At most `max` uses within `windowSeconds` of the first. */
export interface Limit {
  readonly max: number;
  readonly windowSeconds: number;
}

export interface LimitOptions {
  /** Requests from one address, refused ones included. Default 120 in a minute: an office shares one address. `false`: no limit. */
  readonly perCaller?: Limit | false | undefined;
  /** Tokens for one identity. Default 20 in a minute. `false`: no limit. */
  readonly perIdentity?: Limit | false | undefined;
  /** Default: in this process, bounded. */
  readonly store?: LimitStore | undefined;
}

export interface Limiter {
  /** Counts a request of the address, if there is one. Throws a Refusal above the limit. */
  caller(address: string | undefined, now: number): Promise<void>;
  identity(identity: string, now: number): Promise<void>;
}

const PER_CALLER: Limit = { max: 120, windowSeconds: 60 };
const PER_IDENTITY: Limit = { max: 20, windowSeconds: 60 };

/** @throws {TokenHandlerError} for a limit that is none. */
export function createLimiter({ perCaller = PER_CALLER, perIdentity = PER_IDENTITY, store }: LimitOptions): Limiter {
  checkLimit('limits.perCaller', perCaller);
  checkLimit('limits.perIdentity', perIdentity);
  // Two, so that a flood of addresses cannot push out the counts of identities.
  const callers = store ?? createMemoryLimitStore();
  const identities = store ?? createMemoryLimitStore();
  return {
    async caller(address, now) {
      if (perCaller === false || address === undefined) return;
      await use(callers, `caller:${addressBlock(address)}`, perCaller, now, 'the address');
    },
    async identity(identity, now) {
      if (perIdentity === false) return;
      await use(identities, `identity:${identity}`, perIdentity, now, 'the identity');
    },
  };
}

async function use(store: LimitStore, key: string, limit: Limit, now: number, whose: string): Promise<void> {
  const { count, endsAt } = await countUse(store, key, limit, now);
  if (count <= limit.max) return;
  const retryAfter = Math.max(1, Math.ceil((endsAt - now) / 1000));
  throw new Refusal(REFUSALS.tooMany, `${whose} has used its ${limit.max} requests in ${limit.windowSeconds} s`, {
    headers: { 'Retry-After': String(retryAfter) },
  });
}

async function countUse(store: LimitStore, key: string, { windowSeconds }: Limit, now: number): Promise<LimitUse> {
  try {
    return await store.use(key, windowSeconds * 1000, now);
  } catch (cause) {
    throw new Refusal(REFUSALS.unavailable, 'the store of the limits failed', { cause });
  }
}

function checkLimit(argument: string, limit: Limit | false): void {
  if (limit === false || (isWholePositive(limit.max) && isWholePositive(limit.windowSeconds))) return;
  const message = `${argument} must be { max, windowSeconds }, both whole numbers of 1 or more, or false`;
  throw new TokenHandlerError('invalid_limit', argument, message);
}

function isWholePositive(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 1;
}
