import type { AddressConfigurationTable, WriteDb } from '../../store/seam.ts';
import { invalidParameter } from '../errors.ts';
import { requireServiceOf } from '../service/queries.ts';
import { checkText } from '../text.ts';
import type { ScopedWebhookEvent } from '../webhook/events.ts';

/** How conversations are made for messages to an address (lifecycle 6). Absent: stays as it is. Null: none. */
export interface AutoCreationChanges {
  enabled?: boolean | undefined;
  type?: 'webhook' | 'studio' | 'default' | undefined;
  /** Of the account; its default service when there is none. */
  conversationServiceSid?: string | null | undefined;
  webhookUrl?: string | null | undefined;
  webhookMethod?: 'GET' | 'POST' | undefined;
  webhookFilters?: readonly ScopedWebhookEvent[] | null | undefined;
  studioFlowSid?: string | null | undefined;
  studioRetryCount?: number | undefined;
}

type Columns = Pick<
  AddressConfigurationTable,
  | 'auto_creation_enabled'
  | 'auto_creation_type'
  | 'conversation_service_sid'
  | 'webhook_url'
  | 'webhook_method'
  | 'webhook_filters'
  | 'studio_flow_sid'
  | 'studio_retry_count'
>;

/** Off, for a conversation like any other. */
export const NO_AUTO_CREATION: Columns = {
  auto_creation_enabled: 0,
  auto_creation_type: 'default',
  conversation_service_sid: null,
  webhook_url: null,
  webhook_method: 'POST',
  webhook_filters: '[]',
  studio_flow_sid: null,
  studio_retry_count: 0,
};

/** The columns with the changes made. Refuses a service that the account does not have (50050), and what would create without a target. */
export async function changedAutoCreation(
  db: WriteDb,
  accountId: number,
  before: Columns,
  changes: AutoCreationChanges,
): Promise<Columns> {
  const { enabled, type, conversationServiceSid, webhookUrl, webhookMethod, webhookFilters } = changes;
  if (typeof conversationServiceSid === 'string') {
    await requireServiceOf(db, accountId, conversationServiceSid, 'AutoCreation.ConversationServiceSid');
  }
  if (typeof webhookUrl === 'string') checkText('AutoCreation.WebhookUrl', webhookUrl);
  const after: Columns = {
    auto_creation_enabled: enabled === undefined ? before.auto_creation_enabled : Number(enabled),
    auto_creation_type: type ?? before.auto_creation_type,
    conversation_service_sid: changed(before.conversation_service_sid, conversationServiceSid),
    webhook_url: changed(before.webhook_url, webhookUrl),
    webhook_method: webhookMethod ?? before.webhook_method,
    webhook_filters:
      webhookFilters === undefined ? before.webhook_filters : JSON.stringify([...new Set(webhookFilters)]),
    studio_flow_sid: changed(before.studio_flow_sid, changes.studioFlowSid),
    studio_retry_count: changes.studioRetryCount ?? before.studio_retry_count,
  };
  if (after.auto_creation_enabled === 1) requireTarget(after);
  return after;
}

function changed<Value>(before: Value | null, given: Value | null | undefined): Value | null {
  return given === undefined ? before : given;
}

function requireTarget({ auto_creation_type, webhook_url, studio_flow_sid }: Columns): void {
  const missing =
    auto_creation_type === 'webhook' && webhook_url === null
      ? 'AutoCreation.WebhookUrl'
      : auto_creation_type === 'studio' && studio_flow_sid === null
        ? 'AutoCreation.StudioFlowSid'
        : undefined;
  if (missing === undefined) return;
  throw invalidParameter(`${missing} is required while AutoCreation.Type is ${auto_creation_type}.`, missing);
}
