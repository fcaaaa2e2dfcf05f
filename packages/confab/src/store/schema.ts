import type {
  AccountTable,
  ApiKeyTable,
  AuditLogTable,
  ConsoleSessionTable,
  IdempotencyKeyTable,
  MetaTable,
  SessionEndTable,
} from './schema/account.ts';
import type { ContentTable } from './schema/content.ts';
import type {
  ConversationTable,
  ConversationWebhookTable,
  GroupSetTable,
  JoiningParticipantTable,
  MessageTable,
  NumberPairTable,
  ParticipantTable,
  SyncTombstoneTable,
} from './schema/conversation.ts';
import type { EventConsumerTable, EventLogTable } from './schema/events.ts';
import type { MediaTable } from './schema/media.ts';
import type { ErasureTable, RetentionTable } from './schema/people.ts';
import type { PresenceNodeTable, UserPresenceTable } from './schema/presence.ts';
import type { ReceiptTable } from './schema/receipts.ts';
import type {
  AddressConfigurationTable,
  BindingTable,
  CredentialTable,
  RoleTable,
  ServiceNotificationTable,
  ServiceTable,
  UserTable,
  WebhookConfigurationTable,
} from './schema/service.ts';
import type {
  WebhookAttemptTable,
  WebhookBreakerTable,
  WebhookDeliveryTable,
  WebhookLaneTable,
} from './schema/webhook-delivery.ts';

export type * from './schema/account.ts';
export type * from './schema/content.ts';
export type * from './schema/conversation.ts';
export type * from './schema/events.ts';
export type * from './schema/media.ts';
export type * from './schema/people.ts';
export type * from './schema/presence.ts';
export type * from './schema/receipts.ts';
export type * from './schema/service.ts';
export type * from './schema/webhook-delivery.ts';

/**
 * The tables, as both engines hold them. Integer keys inside, SIDs outside; times are milliseconds since the epoch; flags are 0 or 1;
 * JSON is kept as the text that was sent, because the API returns it as it came (REST API 4).
 */
export interface Database {
  meta: MetaTable;
  accounts: AccountTable;
  api_keys: ApiKeyTable;
  services: ServiceTable;
  roles: RoleTable;
  users: UserTable;
  conversations: ConversationTable;
  participants: ParticipantTable;
  messages: MessageTable;
  media: MediaTable;
  webhook_configurations: WebhookConfigurationTable;
  service_notifications: ServiceNotificationTable;
  credentials: CredentialTable;
  bindings: BindingTable;
  address_configurations: AddressConfigurationTable;
  conversation_webhooks: ConversationWebhookTable;
  webhook_deliveries: WebhookDeliveryTable;
  webhook_attempts: WebhookAttemptTable;
  webhook_lanes: WebhookLaneTable;
  webhook_breakers: WebhookBreakerTable;
  number_pairs: NumberPairTable;
  group_sets: GroupSetTable;
  joining_participants: JoiningParticipantTable;
  sync_tombstones: SyncTombstoneTable;
  session_ends: SessionEndTable;
  event_log: EventLogTable;
  event_consumers: EventConsumerTable;
  idempotency_keys: IdempotencyKeyTable;
  audit_log: AuditLogTable;
  erasures: ErasureTable;
  retention: RetentionTable;
  presence_nodes: PresenceNodeTable;
  user_presence: UserPresenceTable;
  message_receipts: ReceiptTable;
  console_sessions: ConsoleSessionTable;
  contents: ContentTable;
}
