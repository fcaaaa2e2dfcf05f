import type { Selectable } from 'kysely';
import type { ReadDb, WebhookConfigurationTable } from '../../store/seam.ts';

export type WebhookConfigurationRow = Selectable<WebhookConfigurationTable>;

/** The webhook configuration of an account or service, by its SID; undefined when nothing of it was ever set. */
export function findWebhookConfiguration(db: ReadDb, ownerSid: string): Promise<WebhookConfigurationRow | undefined> {
  return db.selectFrom('webhook_configurations').selectAll().where('owner_sid', '=', ownerSid).executeTakeFirst();
}
