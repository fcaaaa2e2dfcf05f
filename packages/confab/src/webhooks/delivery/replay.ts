import type { EventLogEntry, ReadDb } from '../../store/index.ts';
import { listOf, mentions } from './fires-for.ts';
import { methodOf, type Planned } from './plan.ts';

/**
 * The messages that a new webhook of a conversation asked to be sent though they were there before it: from the index that it named on,
 * that one included (webhooks 5), the oldest first, and at most `most` of them. None unless it is sent new messages.
 */
export async function replayOf(read: ReadDb, entry: EventLogEntry, most: number): Promise<Planned[]> {
  const webhook = await read
    .selectFrom('conversation_webhooks')
    .innerJoin('conversations', 'conversations.id', 'conversation_webhooks.conversation_id')
    .innerJoin('services', 'services.id', 'conversations.service_id')
    .selectAll('conversation_webhooks')
    .select(['conversations.sid as conversation_sid', 'services.account_id'])
    .where('conversation_webhooks.sid', '=', entry.subject_sid)
    .executeTakeFirst();
  if (webhook === undefined || webhook.url === null || webhook.replay_after === null) return [];
  const { sid: target, url, account_id, conversation_sid } = webhook;
  const list = listOf(webhook.filters);
  if (webhook.target === 'webhook' && !list.includes('onMessageAdded')) return [];
  const messages = await read
    .selectFrom('messages')
    .select(['id', 'body'])
    .where('conversation_id', '=', webhook.conversation_id)
    .where('index', '>=', webhook.replay_after)
    .where('index', '<', webhook.live_from_index)
    .orderBy('index')
    .limit(most)
    .execute();
  return messages
    .filter(({ body }) => webhook.target === 'webhook' || mentions(body, list))
    .map(({ id }) => ({
      account_id,
      target,
      lane: conversation_sid,
      entry_id: null,
      notice: 0,
      message_id: id,
      event: 'onMessageAdded',
      conversation_sid,
      url,
      method: methodOf(webhook.method),
    }));
}
