import type { Store } from '../../store/index.ts';
import { untried } from '../delivery/plan.ts';
import { recordAttempt } from '../delivery/record-attempt.ts';
import type { PreActionAttempt } from './create-pre-action.ts';

/** Keeps what was asked and answered in the log of deliveries: done, whatever came of it, for there is nothing to send again. */
export function keepPreAction(store: Store, attempt: PreActionAttempt, now: number): Promise<void> {
  const { accountId, ownerSid, event, conversationSid, url, method, outcome } = attempt;
  return store.write(async ({ db }) => {
    const delivery = await db
      .insertInto('webhook_deliveries')
      .values({
        ...untried(now),
        account_id: accountId,
        target: ownerSid,
        lane: 'before',
        entry_id: null,
        notice: 0,
        message_id: null,
        event,
        conversation_sid: conversationSid ?? null,
        url,
        method,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const kind = outcome.kind === 'answered' ? 'delivered' : 'failed';
    const firstTriedAt = outcome.startedAt;
    await recordAttempt(db, delivery, { outcome, verdict: { kind }, firstTriedAt, url, now });
  });
}
