import { lateLane } from '../../domain/index.ts';
import type { DeliveryState, WriteDb } from '../../store/index.ts';
import type { HookOutcome } from '../sender/index.ts';
import type { DeliveryRow } from './lanes.ts';
import type { Verdict } from './verdict.ts';

/** Of an answer that is kept, in characters: enough to see what a target says about itself. */
const ANSWER_KEPT = 2_000;

interface Attempted {
  outcome: HookOutcome;
  verdict: Verdict;
  firstTriedAt: number;
  url: string;
  now: number;
}

/** Keeps what was tried and what becomes of the delivery. */
export async function recordAttempt(
  db: WriteDb,
  delivery: DeliveryRow,
  { outcome, verdict, firstTriedAt, url, now }: Attempted,
): Promise<void> {
  const isLate = verdict.kind === 'again' && verdict.late;
  const state: DeliveryState = verdict.kind === 'again' ? 'waiting' : verdict.kind;
  await db
    .updateTable('webhook_deliveries')
    .set({
      state,
      url,
      tries: delivery.tries + 1,
      first_tried_at: firstTriedAt,
      updated_at: now,
      ...(isLate && { late: 1, lane: lateLane(delivery.sid) }),
    })
    .where('id', '=', delivery.id)
    .execute();
  const answer = await answerToKeep(db, delivery.account_id, outcome);
  await db
    .insertInto('webhook_attempts')
    .values({
      delivery_id: delivery.id,
      number: delivery.tries,
      outcome: outcome.kind,
      status: 'status' in outcome ? outcome.status : null,
      reason: reasonOf(outcome),
      answer,
      started_at: outcome.startedAt,
      duration_ms: outcome.durationMs,
    })
    .execute();
}

/**
 * The beginning of an answer; null where it may repeat what is erased meanwhile: of an erasure that went on while the target had the request,
 * nobody would come and forget it.
 */
async function answerToKeep(db: WriteDb, accountId: number, outcome: HookOutcome): Promise<string | null> {
  if (outcome.kind !== 'answered' || outcome.body === '') return outcome.kind === 'answered' ? '' : null;
  const erasure = await db
    .selectFrom('erasures')
    .innerJoin('accounts', 'accounts.sid', 'erasures.account_sid')
    .select('erasures.id')
    .where('accounts.id', '=', accountId)
    .where((eb) => eb.or([eb('erasures.status', '=', 'running'), eb('completed_at', '>=', outcome.startedAt)]))
    .limit(1)
    .executeTakeFirst();
  // NUL is no text for PostgreSQL.
  return erasure === undefined ? outcome.body.slice(0, ANSWER_KEPT).replaceAll('\0', '\ufffd') : null;
}

function reasonOf(outcome: HookOutcome): string | null {
  switch (outcome.kind) {
    case 'timed_out':
      return outcome.waitingFor === 'connect' ? 'no connection in time' : 'no answer in time';
    case 'too_large':
      return 'the answer is too large';
    case 'answered':
      return null;
    default:
      return outcome.reason;
  }
}
