import { findWebhookConfiguration } from '../../domain/index.ts';
import type { ReadDb } from '../../store/index.ts';
import type { DeliveryRow } from './lanes.ts';
import { methodOf } from './plan.ts';

export interface CurrentTarget {
  url: string;
  method: 'GET' | 'POST';
}

/**
 * Where a delivery goes by now: what waits for a target follows it to another URL. Undefined when the target was taken away. The webhooks of
 * a conversation go with it; what is told of that goes where they were.
 */
export async function currentTarget(read: ReadDb, delivery: DeliveryRow): Promise<CurrentTarget | undefined> {
  const { target, conversation_sid } = delivery;
  if (!target.startsWith('WH')) {
    const row = await findWebhookConfiguration(read, target);
    if (row === undefined || row.post_webhook_url === null) return undefined;
    return { url: row.post_webhook_url, method: methodOf(row.method) };
  }
  const row = await read
    .selectFrom('conversation_webhooks')
    .select(['url', 'method'])
    .where('sid', '=', target)
    .executeTakeFirst();
  if (row?.url) return { url: row.url, method: methodOf(row.method) };
  const conversation = await read
    .selectFrom('conversations')
    .select('deleted_at')
    .where('sid', '=', conversation_sid ?? '')
    .executeTakeFirst();
  const isGone = conversation === undefined || conversation.deleted_at !== null;
  return isGone ? { url: delivery.url, method: delivery.method } : undefined;
}
