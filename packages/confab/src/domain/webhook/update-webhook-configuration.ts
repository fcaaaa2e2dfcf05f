import { appendEvent } from '../../store/seam.ts';
import { requireAccount } from '../account/require-main.ts';
import { nameOf, type ServiceRef } from '../actor.ts';
import type { Command } from '../command.ts';
import { lockService } from '../service/lock-service.ts';
import { checkText } from '../text.ts';
import type { WebhookEvent } from './events.ts';
import type { WebhookConfigurationRow } from './queries.ts';

export interface UpdateWebhookConfigurationInput {
  /** Whose events; the account's, of all services without a configuration of their own, when absent (webhooks 1). */
  service?: ServiceRef | undefined;
  /** Absent: stays as it is. Null: none. */
  preWebhookUrl?: string | null | undefined;
  postWebhookUrl?: string | null | undefined;
  filters?: readonly WebhookEvent[] | null | undefined;
  method?: 'GET' | 'POST' | undefined;
  target?: 'webhook' | 'flex' | undefined;
}

/**
 * Sets where the events of the account or of a service are sent, and which of them. What was never set is sent to nobody, by POST. For
 * account credentials.
 */
export const updateWebhookConfiguration: Command<
  UpdateWebhookConfigurationInput,
  UpdateWebhookConfigurationInput,
  WebhookConfigurationRow
> = {
  name: 'updateWebhookConfiguration',
  prepare({ actor }, input) {
    requireAccount(actor);
    if (typeof input.preWebhookUrl === 'string') checkText('PreWebhookUrl', input.preWebhookUrl);
    if (typeof input.postWebhookUrl === 'string') checkText('PostWebhookUrl', input.postWebhookUrl);
    return input;
  },
  async transact({ actor, db, now }, { service, ...given }) {
    const { account } = requireAccount(actor);
    if (service !== undefined) await lockService(db, service);
    const { preWebhookUrl, postWebhookUrl, filters, method, target } = given;
    const changed = {
      ...(preWebhookUrl !== undefined && { pre_webhook_url: preWebhookUrl }),
      ...(postWebhookUrl !== undefined && { post_webhook_url: postWebhookUrl }),
      ...(filters !== undefined && { filters: JSON.stringify([...new Set(filters)]) }),
      ...(method !== undefined && { method }),
      ...(target !== undefined && { target }),
      updated_at: now,
    };
    const row = await db
      .insertInto('webhook_configurations')
      .values({
        owner_sid: service?.sid ?? account.sid,
        target: 'webhook',
        method: 'POST',
        filters: '[]',
        pre_webhook_url: null,
        post_webhook_url: null,
        created_at: now,
        ...changed,
      })
      .onConflict((conflict) => conflict.column('owner_sid').doUpdateSet(changed))
      .returningAll()
      .executeTakeFirstOrThrow();
    await appendEvent(db, {
      service_id: service?.id ?? 0,
      kind: 'webhook_configuration.updated',
      subject_sid: row.owner_sid,
      actor: nameOf(actor),
      payload: JSON.stringify({
        sid: row.owner_sid,
        target: row.target,
        method: row.method,
        filters: row.filters,
        pre_webhook_url: withoutSecrets(row.pre_webhook_url),
        post_webhook_url: withoutSecrets(row.post_webhook_url),
        updated_at: now,
      }),
      created_at: now,
    });
    return row;
  },
};

/** User-info and query of a URL are where passwords and keys stand: the log does without. */
function withoutSecrets(url: string | null): string | null {
  if (url === null) return null;
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
