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
  await db
    .insertInto('webhook_attempts')
    .values({
      delivery_id: delivery.id,
      number: delivery.tries,
      outcome: outcome.kind,
      status: 'status' in outcome ? outcome.status : null,
      reason: reasonOf(outcome),
      // NUL is no text for PostgreSQL.
      answer: outcome.kind === 'answered' ? outcome.body.slice(0, ANSWER_KEPT).replaceAll('\0', '\ufffd') : null,
      started_at: outcome.startedAt,
      duration_ms: outcome.durationMs,
    })
    .execute();
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
