import type { Limits } from '../../config/index.ts';
import type { ConnectionOverrides, HookOutcome, RetryPolicy } from '../sender/index.ts';

/** What becomes of a delivery after a try. */
export type Verdict =
  | { kind: 'delivered' }
  /** It is tried again, and those behind it wait for it, or do not any more. */
  | { kind: 'again'; late: boolean; afterMs: number }
  | { kind: 'failed' };

export interface Try {
  outcome: HookOutcome;
  /** With this one. */
  tries: number;
  /** How long ago the first one was, in ms. */
  sinceFirstMs: number;
  /** Those behind it do not wait for it. */
  isLate: boolean;
  overrides: ConnectionOverrides;
}

type VerdictLimits = Pick<Limits, 'webhookTries' | 'webhookPatienceMs'>;

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
const FIRST_LATE_WAIT_MS = 5 * 60_000;
const LONGEST_LATE_WAIT_MS = 6 * 3_600_000;

/** Answers of a target that may answer otherwise in a while: too early, too much at once, too slow. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);

/** `random`: from 0 to below 1, so that what failed together does not come back together. */
export function verdictOf(one: Try, limits: VerdictLimits, random: number): Verdict {
  const { outcome, tries, sinceFirstMs, isLate, overrides } = one;
  const failure = failureOf(outcome);
  if (failure === undefined) return { kind: 'delivered' };
  const most = overrides.retries === undefined ? limits.webhookTries : overrides.retries + 1;
  if (tries >= most || !isRetried(outcome, failure, overrides)) return { kind: 'failed' };
  const jitter = 0.5 + random / 2;
  const afterMs = jitter * Math.min(FIRST_WAIT_MS * 2 ** (tries - 1), LONGEST_WAIT_MS);
  if (!isLate && sinceFirstMs + afterMs <= limits.webhookPatienceMs) return { kind: 'again', late: false, afterMs };
  const lateMs = jitter * Math.min(FIRST_LATE_WAIT_MS * 2 ** Math.max(0, tries - 6), LONGEST_LATE_WAIT_MS);
  return { kind: 'again', late: true, afterMs: lateMs };
}

/** Whether the target as a whole is in trouble, rather than this one event at it. */
export function isTrouble(outcome: HookOutcome): boolean {
  const failure = failureOf(outcome);
  return failure === 'ct' || failure === 'rt' || failure === '5xx';
}

/** The kind of failure, in the words of the URL's fragment (webhooks 3); undefined of a success, which the status alone decides. */
function failureOf(outcome: HookOutcome): RetryPolicy | 'other' | undefined {
  switch (outcome.kind) {
    case 'timed_out':
      return outcome.waitingFor === 'connect' ? 'ct' : 'rt';
    case 'unreachable':
      return 'ct';
    case 'broken':
      return 'rt';
    case 'blocked':
      return 'other';
    default: {
      const { status } = outcome;
      if (status >= 200 && status < 300) return undefined;
      return status >= 500 ? '5xx' : status >= 400 ? '4xx' : 'other';
    }
  }
}

function isRetried(
  outcome: HookOutcome,
  failure: RetryPolicy | 'other',
  { retries, retryOn }: ConnectionOverrides,
): boolean {
  if (failure === 'other') return false;
  if (retryOn !== undefined) return retryOn.has(failure);
  if (retries !== undefined) return failure === 'ct';
  return failure !== '4xx' || ('status' in outcome && PASSING.has(outcome.status));
}
