import { createHash } from 'node:crypto';
import { addressBlock } from '@confab/access-token/handler';
import { createTokenBuckets } from '../token-buckets.ts';

const MINUTE_MS = 60_000;

/** Addresses that failed within a minute. When there are more, no new one may try: closed, rather than open. */
const ADDRESSES = 50_000;

/** Credentials that are remembered, right ones and wrong ones. */
const REMEMBERED = 10_000;

/** Why an attempt may not even be checked. */
export class TooManyAttempts extends Error {
  override readonly name = 'TooManyAttempts';
  /** Whole seconds. */
  readonly retryAfter: number;

  constructor(retryAfter: number) {
    super('Too many failed logins from this address.');
    this.retryAfter = retryAfter;
  }
}

export interface LoginGuard {
  /**
   * Runs `check`, which resolves with undefined for wrong credentials, unless too many different wrong ones came from the address: then
   * throws TooManyAttempts. Credentials that were right of late are checked all the same, so that nobody is locked out by somebody who
   * guesses behind the same proxy; and the same wrong ones count once, so that neither is a backend that was given an old secret.
   */
  attempt<Account>(
    address: string,
    credentials: string,
    check: () => Promise<Account | undefined>,
  ): Promise<Account | undefined>;
}

export function createLoginGuard(failuresPerMinute: number, now: () => number): LoginGuard {
  const buckets = createTokenBuckets<string>({ tokens: failuresPerMinute, windowMs: MINUTE_MS, maximum: ADDRESSES });
  const right = recently(REMEMBERED);
  const wrong = recently(REMEMBERED);
  return {
    async attempt(address, credentials, check) {
      const hash = createHash('sha256').update(credentials).digest('base64');
      const source = addressBlock(address);
      const counted = !right.has(hash) && !wrong.has(hash);
      // Taken before the check, or guesses that come all at once would not be counted.
      const wait = counted ? buckets.take(source, now()) : undefined;
      if (wait !== undefined) throw new TooManyAttempts(Math.ceil(wait / 1000));
      const account = await check();
      if (account === undefined) {
        right.delete(hash);
        wrong.add(hash);
        return undefined;
      }
      if (counted) buckets.giveBack(source);
      wrong.delete(hash);
      right.add(hash);
      return account;
    },
  };
}

/** The newest so many texts. */
function recently(maximum: number): Pick<Set<string>, 'has' | 'add' | 'delete'> {
  const texts = new Set<string>();
  return {
    has: (text) => texts.has(text),
    delete: (text) => texts.delete(text),
    add(text) {
      if (texts.has(text)) return texts;
      const [oldest] = texts;
      if (texts.size >= maximum && oldest !== undefined) texts.delete(oldest);
      return texts.add(text);
    },
  };
}
