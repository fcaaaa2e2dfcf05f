import type { Clock } from '../../clock.ts';
import type { Limits } from '../../config/index.ts';
import { effectiveStatus, lateLane } from '../../domain/index.ts';
import type { SecretBox } from '../../secrets/index.ts';
import type { ReadDb, Store } from '../../store/index.ts';
import { connectionOverrides, type HookOutcome, type SendHook } from '../sender/index.ts';
import { countFailure, countSuccess } from './breaker.ts';
import { contentOf } from './content.ts';
import { currentTarget } from './current-target.ts';
import { idempotencyToken } from './idempotency-token.ts';
import { type DeliveryRow, firstOrClose, hurryLate, keepLane, type Lane, releaseLane } from './lanes.ts';
import { openLane } from './plan.ts';
import { recordAttempt } from './record-attempt.ts';
import { isTrouble, type Verdict, verdictOf } from './verdict.ts';

export interface DeliveryContext {
  readonly store: Store;
  /** The database's, as the node knows it (invariant 9). */
  readonly clock: Clock;
  readonly secretBox: SecretBox;
  readonly send: SendHook;
  readonly limits: Limits;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly onAttempt: (outcome: HookOutcome) => void;
}

/**
 * Sends the first delivery of a lane that `holder` has, and keeps what came of it. Resolves with the next one, if it was delivered and the
 * holder may go on at once; else the lane was given back. A holder that dies in between leaves it to be sent again: at least once.
 */
export async function deliver(
  context: DeliveryContext,
  lane: Lane,
  holder: string,
  delivery: DeliveryRow,
): Promise<DeliveryRow | undefined> {
  const { store, clock, limits, random, onAttempt } = context;
  const { outcome, url } = await attempt(context, delivery);
  onAttempt(outcome);
  const tries = delivery.tries + 1;
  const firstTriedAt = delivery.first_tried_at ?? clock.now() - outcome.durationMs;
  const verdict = verdictOf(
    {
      outcome,
      tries,
      sinceFirstMs: clock.now() - firstTriedAt,
      isLate: delivery.late === 1,
      overrides: connectionOverrides(url),
    },
    limits,
    random(),
  );
  const { next, isBack } = await store.write(async ({ db }) => {
    const now = clock.now();
    if (!(await keepLane(db, lane, holder, now + limits.webhookLeaseMs))) return { next: undefined, isBack: false };
    await recordAttempt(db, delivery, { outcome, verdict, firstTriedAt, url, now });
    const isBack = isTrouble(outcome) ? false : await countSuccess(db, delivery.target);
    // With a single try each, nothing waits for a target that is down.
    if (isTrouble(outcome) && limits.webhookTries > 1) await countFailure(db, delivery.target, now);
    if (verdict.kind === 'again' && verdict.late && delivery.late === 0) {
      await openLane(db, delivery.target, lateLane(delivery.sid), now + verdict.afterMs);
    }
    if (isKept(verdict, delivery)) {
      await releaseLane(db, lane, holder, now + verdict.afterMs);
      return { next: undefined, isBack };
    }
    const following = await firstOrClose(db, lane);
    if (verdict.kind === 'delivered' || following === undefined) return { next: following, isBack };
    await releaseLane(db, lane, holder, now);
    return { next: undefined, isBack };
  });
  if (isBack) await hurryLate(store, delivery.target, clock.now());
  return next;
}

/** Whether the delivery stays the first of its lane. */
function isKept(verdict: Verdict, { late }: DeliveryRow): verdict is Verdict & { kind: 'again' } {
  return verdict.kind === 'again' && (!verdict.late || late === 1);
}

async function attempt(
  { store: { read }, clock, secretBox, send }: DeliveryContext,
  delivery: DeliveryRow,
): Promise<{ outcome: HookOutcome; url: string }> {
  const target = await currentTarget(read, delivery);
  const params = await contentOf(read, delivery);
  const account = await accountOf(read, delivery.account_id);
  const url = target?.url ?? delivery.url;
  if (target === undefined || params === undefined || account === undefined) {
    const reason = target === undefined ? 'the webhook was removed' : 'what it tells of is not there any more';
    return { url, outcome: { kind: 'blocked', reason, startedAt: clock.now(), durationMs: 0 } };
  }
  if (account.status !== 'active') {
    // Tried again like a target that is not there, since it may be made active again.
    const reason = `the account is ${account.status}`;
    return { url, outcome: { kind: 'unreachable', reason, startedAt: clock.now(), durationMs: 0 } };
  }
  const outcome = await send({
    ...target,
    params,
    authToken: secretBox.open(account.auth_token, account.sid),
    idempotencyToken: idempotencyToken(delivery.sid),
    headers: delivery.late === 1 ? { 'X-Confab-Late': 'true' } : {},
  });
  return { outcome, url };
}

async function accountOf(read: ReadDb, accountId: number) {
  const account = await read
    .selectFrom('accounts')
    .leftJoin('accounts as owners', 'owners.id', 'accounts.owner_account_id')
    .select(['accounts.sid', 'accounts.auth_token', 'accounts.status', 'owners.status as owner_status'])
    .where('accounts.id', '=', accountId)
    .executeTakeFirst();
  return account && { ...account, status: effectiveStatus(account.status, account.owner_status) };
}
