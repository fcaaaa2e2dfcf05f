import type { ReadDb } from '../../store/seam.ts';
import type { WebhookAttemptRow, WebhookDeliveryRow } from './deliveries.ts';

/** Older deliveries of the account are not looked through. */
const NEWEST = 1000;

const SHOWN = 20;

export interface DeliveryWithAttempts {
  delivery: WebhookDeliveryRow;
  /** The newest last. */
  attempts: WebhookAttemptRow[];
}

/** What was sent to webhooks of events of this subject, such as a message, as far as it is among the account's newest deliveries. */
export async function webhookDeliveriesOf(
  db: ReadDb,
  accountId: number,
  subjectSid: string,
): Promise<DeliveryWithAttempts[]> {
  const newest = db
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('id', 'desc')
    .limit(NEWEST)
    .as('newest');
  const found = await db
    .selectFrom(newest)
    .innerJoin('event_log', 'event_log.id', 'newest.entry_id')
    .selectAll('newest')
    .where('event_log.subject_sid', '=', subjectSid)
    .orderBy('newest.id')
    .limit(SHOWN)
    .execute();
  if (found.length === 0) return [];
  const attempts = await db
    .selectFrom('webhook_attempts')
    .selectAll()
    .where(
      'delivery_id',
      'in',
      found.map(({ id }) => id),
    )
    .orderBy('id')
    .limit(NEWEST)
    .execute();
  return found.map((delivery) => ({
    delivery,
    attempts: attempts.filter(({ delivery_id }) => delivery_id === delivery.id),
  }));
}
