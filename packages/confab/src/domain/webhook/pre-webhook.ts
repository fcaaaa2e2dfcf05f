import type { ReadDb } from '../../store/seam.ts';
import { type Param, statement } from '../../store/seam.ts';
import type { ServiceRef } from '../actor.ts';
import type { PreActionEvent } from './events.ts';

/** The webhook that is asked before something happens in a service. */
export interface PreWebhook {
  accountId: number;
  accountSid: string;
  /** SID of the service or account whose configuration it is. */
  ownerSid: string;
  url: string;
  method: 'GET' | 'POST';
  /** Of the account, sealed. */
  authToken: string;
}

const findConfigurations = statement((db: ReadDb, p: Param<{ service_sid: string; account_sid: string }>) =>
  db
    .selectFrom('webhook_configurations')
    .select(['owner_sid', 'pre_webhook_url', 'post_webhook_url', 'method', 'filters'])
    .where('owner_sid', 'in', [p('service_sid'), p('account_sid')]),
);

/**
 * The webhook that is asked before this event in the service: the service's own configuration counts alone once it has a URL, and else its
 * account's (webhooks 1). Undefined when there is none, or it does not ask for this event. Looked up each time: a URL counts at once.
 */
export async function findPreWebhook(
  db: ReadDb,
  service: ServiceRef,
  event: PreActionEvent,
): Promise<PreWebhook | undefined> {
  const found = await findConfigurations(db, { service_sid: service.sid, account_sid: service.account_sid });
  const own = found.find(({ owner_sid }) => owner_sid === service.sid);
  const isSet = own !== undefined && (own.pre_webhook_url !== null || own.post_webhook_url !== null);
  const row = isSet ? own : found.find(({ owner_sid }) => owner_sid === service.account_sid);
  if (row === undefined || row.pre_webhook_url === null) return undefined;
  const filters: unknown = JSON.parse(row.filters);
  if (!Array.isArray(filters) || !filters.includes(event)) return undefined;
  const account = await db
    .selectFrom('accounts')
    .select(['id', 'sid', 'auth_token'])
    .where('sid', '=', service.account_sid)
    .executeTakeFirstOrThrow();
  return {
    accountId: account.id,
    accountSid: account.sid,
    ownerSid: row.owner_sid,
    url: row.pre_webhook_url,
    method: row.method,
    authToken: account.auth_token,
  };
}
