import type { Selectable } from 'kysely';
import type { ConversationWebhookTable, ReadDb } from '../../store/seam.ts';
import { findWebhookConfiguration, type WebhookConfigurationRow } from './queries.ts';

/**
 * The configuration that counts for a service: its own once that has a URL, and else its account's (webhooks 1). Undefined when neither was
 * ever made.
 */
export async function effectiveWebhookConfiguration(
  db: ReadDb,
  { accountSid, serviceSid }: { accountSid: string; serviceSid: string },
): Promise<WebhookConfigurationRow | undefined> {
  const own = await findWebhookConfiguration(db, serviceSid);
  const isSet = own !== undefined && (own.pre_webhook_url !== null || own.post_webhook_url !== null);
  return isSet ? own : findWebhookConfiguration(db, accountSid);
}

/** The webhooks of a conversation that something is sent to, with their conversation's message counter; also of one that was just deleted. */
export function sendingWebhooks(db: ReadDb, conversationSid: string): Promise<Selectable<ConversationWebhookTable>[]> {
  return db
    .selectFrom('conversation_webhooks')
    .innerJoin('conversations', 'conversations.id', 'conversation_webhooks.conversation_id')
    .selectAll('conversation_webhooks')
    .where('conversations.sid', '=', conversationSid)
    .where('conversation_webhooks.target', '<>', 'studio')
    .orderBy('conversation_webhooks.id')
    .execute();
}
