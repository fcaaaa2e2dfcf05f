import type { Generated } from 'kysely';

import type { ContentTable } from './schema/content.ts';
import type { ErasureTable, RetentionTable } from './schema/people.ts';
import type { PresenceNodeTable, UserPresenceTable } from './schema/presence.ts';
import type { ReceiptTable } from './schema/receipts.ts';

export type * from './schema/content.ts';
export type * from './schema/people.ts';
export type * from './schema/presence.ts';
export type * from './schema/receipts.ts';

import type { MediaTable } from './schema/media.ts';

export type * from './schema/media.ts';

import type {
  WebhookAttemptTable,
  WebhookBreakerTable,
  WebhookDeliveryTable,
  WebhookLaneTable,
} from './schema/webhook-delivery.ts';

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

/** Facts about the database itself: its epoch, the check value of the master key. */
export interface MetaTable {
  key: string;
  value: string;
}

/** `closed` is for good. */
export type AccountStatus = 'active' | 'suspended' | 'closed';

export interface AccountTable {
  id: Generated<number>;
  sid: string;
  friendly_name: string;
  status: AccountStatus;
  /** Of a subaccount: the account that owns it, which nobody owns. */
  owner_account_id: Generated<number | null>;
  /** Sealed under the master key with the account SID as associated data. */
  auth_token: string;
  /** Good beside `auth_token` until it takes its place or is deleted. Sealed the same way. */
  secondary_auth_token: Generated<string | null>;
  secondary_auth_token_created_at: Generated<number | null>;
  default_service_id: number | null;
  default_messaging_service_sid: Generated<string | null>;
  /** How often sessions of the account were ended. */
  session_ends: Generated<number>;
  /** ISO 8601 durations as they were given, for conversations that are made without timers of their own. */
  default_inactive_timer: Generated<string | null>;
  default_closed_timer: Generated<string | null>;
  created_at: number;
  updated_at: number;
}

export type ApiKeyKind = 'main' | 'standard' | 'restricted';

export interface ApiKeyTable {
  id: Generated<number>;
  sid: string;
  account_id: number;
  kind: ApiKeyKind;
  friendly_name: string | null;
  /** Sealed under the master key with the key SID as associated data. */
  secret: string;
  /** Rises by one with each rotation, so that it is known which secret a session's token was signed with. */
  secret_version: Generated<number>;
  /** The secret before this one, while it is still good. Sealed the same way. */
  previous_secret: Generated<string | null>;
  previous_secret_ends_at: Generated<number | null>;
  /** To the minute: written seldom, since each write costs as much as the request that it tells of. */
  last_used_at: Generated<number | null>;
  /** Of a Restricted key: JSON, as it was given. */
  policy: Generated<string | null>;
  created_at: number;
  updated_at: number;
  revoked_at: number | null;
}

export interface ServiceTable {
  id: Generated<number>;
  sid: string;
  account_id: number;
  friendly_name: string;
  default_service_role_id: number | null;
  default_conversation_role_id: number | null;
  default_conversation_creator_role_id: number | null;
  reachability_enabled: number;
  created_at: number;
  updated_at: number;
  /** Set at once when the service is deleted; its rows go in the background. */
  deleted_at: number | null;
}

export type RoleType = 'service' | 'conversation';

export interface RoleTable {
  id: Generated<number>;
  sid: string;
  service_id: number;
  friendly_name: string;
  type: RoleType;
  /** JSON array of permission names. */
  permissions: string;
  created_at: number;
  updated_at: number;
}

/** A person in one service. `…_event` columns are event ids of the user's two Sync maps; see docs/decisions/sync-event-ids.md. */
export interface UserTable {
  id: Generated<number>;
  sid: string;
  service_id: number;
  identity: string;
  friendly_name: string | null;
  attributes: string;
  role_id: number;
  /** Newest event id of the user-info map. */
  info_event: number;
  friendly_name_event: number;
  attributes_event: number;
  /** Whether they have a connection anywhere, and a device for pushes: null, they never had (lifecycle 7). */
  is_online: Generated<number | null>;
  is_notifiable: Generated<number | null>;
  reachability_event: Generated<number>;
  /** Newest event id of the my-conversations map. */
  conversations_event: number;
  /** Event id below which tombstones of the my-conversations map have expired (invariant 3). */
  conversations_floor: Generated<number>;
  created_at: number;
  updated_at: number;
  /** Set at once when the user is deleted: they have no rights from then on. Their memberships, and at last the row, go in the background. */
  deleted_at: number | null;
  /** 1 when the request that deleted them asked for webhooks: it is inherited by what goes in the background. */
  deleted_with_webhooks: Generated<number>;
}

export type ConversationState = 'initializing' | 'active' | 'inactive' | 'closed';

export interface ConversationTable {
  id: Generated<number>;
  sid: string;
  service_id: number;
  unique_name: string | null;
  friendly_name: string | null;
  attributes: string;
  state: ConversationState;
  state_updated_at: number | null;
  created_by: string;
  messaging_service_sid: string | null;
  /** From-address and from-name of messages that leave as e-mail. */
  email_address: string | null;
  email_name: string | null;
  /** The timers in ms, and when each is due; null when it is not set, or has no meaning in the present state (lifecycle 1). */
  inactive_after: number | null;
  closed_after: number | null;
  inactive_at: number | null;
  closed_at: number | null;
  /** Index that the next message gets. Never falls, so an index is never used twice (lifecycle 2). */
  next_message_index: number;
  last_message_index: number | null;
  last_message_at: number | null;
  /** About when the last message was sent, or else it was made: behind by a minute at most, so that few messages have to move it. */
  active_at: Generated<number>;
  messages_count: number;
  participants_count: number;
  /** Newest event ids of the conversation's three Sync objects. */
  channel_event: number;
  messages_event: number;
  roster_event: number;
  /** Event ids below which tombstones have expired (invariant 3). */
  messages_floor: Generated<number>;
  roster_floor: Generated<number>;
  created_at: number;
  updated_at: number;
  /** Set at once when the conversation is deleted, which then has neither name nor participants; the rest goes in the background. */
  deleted_at: Generated<number | null>;
}

export type NotificationLevel = 'default' | 'muted';

/**
 * One row feeds two Sync items: the roster's (`roster_…`) and, of those who chat, the my-conversations map's of its user (`membership_…`).
 * Who has no identity takes part by their address only, and has no user (lifecycle 5).
 */
export interface ParticipantTable {
  id: Generated<number>;
  sid: string;
  conversation_id: number;
  user_id: number | null;
  identity: string | null;
  role_id: number | null;
  address: string | null;
  proxy_address: string | null;
  projected_address: string | null;
  /** Of an e-mail address: how its owner is called, and `to` or `cc`. */
  binding_name: string | null;
  binding_level: string | null;
  attributes: string;
  last_read_message_index: number | null;
  last_read_at: number | null;
  /** Up to where a client of theirs has acknowledged messages; written now and then, never for one message (invariant 10). */
  last_delivered_message_index: Generated<number | null>;
  last_delivered_at: Generated<number | null>;
  notification_level: NotificationLevel;
  roster_created_event: number;
  roster_event: number;
  membership_created_event: number;
  membership_event: number;
  created_at: number;
  updated_at: number;
}

export interface MessageTable {
  id: Generated<number>;
  sid: string;
  conversation_id: number;
  index: number;
  author: string;
  participant_sid: string | null;
  body: string | null;
  subject: string | null;
  attributes: string;
  /** JSON array of its files (`MediaItem`), which change only by going; null when it has none. */
  media: Generated<string | null>;
  /** The content template that it was made with, which may be gone. */
  content_sid: Generated<string | null>;
  last_updated_by: string | null;
  /** JSON of counts, once a gateway has reported something of it (lifecycle 4). */
  delivery: Generated<string | null>;
  /** JSON of `type` and `data`: what its channel says of it. */
  channel_metadata: Generated<string | null>;
  created_event: number;
  /** Event id of the newest change; equal to `created_event` until the first edit. */
  event: number;
  created_at: number;
  updated_at: number;
}

/** Where the events of an account, or of one of its services, are sent (webhooks 1). */
export interface WebhookConfigurationTable {
  /** SID of the account or the service. */
  owner_sid: string;
  target: 'webhook' | 'flex';
  method: 'GET' | 'POST';
  /** JSON array of event names. */
  filters: string;
  pre_webhook_url: string | null;
  post_webhook_url: string | null;
  created_at: number;
  updated_at: number;
}

export type WebhookTarget = 'webhook' | 'trigger' | 'studio';

/** A webhook of one conversation (webhooks 5). */
export interface ConversationWebhookTable {
  id: Generated<number>;
  sid: string;
  conversation_id: number;
  target: WebhookTarget;
  url: string | null;
  method: 'get' | 'post' | null;
  /** JSON array of event names, or of keywords for a trigger. */
  filters: string | null;
  flow_sid: string | null;
  replay_after: number | null;
  /** Index of the first message that came after it. */
  live_from_index: Generated<number>;
  created_at: number;
  updated_at: number;
}

/** What the push notifications of a service say (lifecycle 8). A template or sound that is null is the default. */
export interface ServiceNotificationTable {
  service_id: number;
  log_enabled: number;
  new_message_enabled: number;
  new_message_template: string | null;
  new_message_sound: string | null;
  new_message_badge_count_enabled: number;
  new_message_with_media_enabled: number;
  new_message_with_media_template: string | null;
  added_to_conversation_enabled: number;
  added_to_conversation_template: string | null;
  added_to_conversation_sound: string | null;
  removed_from_conversation_enabled: number;
  removed_from_conversation_template: string | null;
  removed_from_conversation_sound: string | null;
}

export type PushType = 'apn' | 'gcm' | 'fcm';

/** What pushes are sent with. The four secrets are sealed under the master key with the credential's SID as associated data. */
export interface CredentialTable {
  id: Generated<number>;
  sid: string;
  account_id: number;
  type: PushType;
  friendly_name: string | null;
  sandbox: number;
  certificate: string | null;
  private_key: string | null;
  api_key: string | null;
  secret: string | null;
  created_at: number;
  updated_at: number;
}

/** A device of a user that pushes go to. A device has one user at a time: the one who registered it last. */
export interface BindingTable {
  id: Generated<number>;
  sid: string;
  service_id: number;
  user_id: number;
  identity: string;
  binding_type: PushType;
  /** What the push service calls the device. */
  endpoint: string;
  /** May name a credential that was deleted since. */
  credential_sid: string | null;
  /** JSON array of message types. */
  message_types: string;
  created_at: number;
  updated_at: number;
}

export type AddressType = 'sms' | 'whatsapp' | 'messenger' | 'gbm' | 'email' | 'rcs' | 'apple' | 'chat';

/** What becomes of a message to an address of the account when no conversation waits for it (lifecycle 6). */
export interface AddressConfigurationTable {
  id: Generated<number>;
  sid: string;
  account_id: number;
  type: AddressType;
  address: string;
  friendly_name: string | null;
  address_country: string | null;
  auto_creation_enabled: number;
  auto_creation_type: 'webhook' | 'studio' | 'default';
  /** May name a service that was deleted since; null: the account's default service. */
  conversation_service_sid: string | null;
  webhook_url: string | null;
  webhook_method: 'GET' | 'POST';
  /** JSON array of event names. */
  webhook_filters: string;
  studio_flow_sid: string | null;
  studio_retry_count: number;
  created_at: number;
  updated_at: number;
}

/** A pair of address and proxy address is in one open conversation of the account at a time (lifecycle 5). */
export interface NumberPairTable {
  account_id: number;
  address: string;
  proxy_address: string;
  conversation_id: number;
}

/** The addresses of a Group MMS, sorted: no other open conversation of the account has the same (lifecycle 5). */
export interface GroupSetTable {
  account_id: number;
  addresses: string;
  conversation_id: number;
}

/** Who is to be added to a conversation that is `initializing`, in the order of ids (lifecycle 5). */
export interface JoiningParticipantTable {
  id: Generated<number>;
  conversation_id: number;
  /** JSON of what was asked for. */
  participant: string;
  /** 1: whoever asked wants webhooks to be sent. */
  webhooks: Generated<number>;
}

/** Sync maps and lists that can lose items, and so keep tombstones (invariant 3). */
export type TombstoneObject = 'messages' | 'roster' | 'memberships';

/** What is left of a removed item: its key and the id of the removal event. */
export interface SyncTombstoneTable {
  object: TombstoneObject;
  /** The conversation's id, or for `memberships` the user's. */
  owner_id: number;
  key: string;
  event: number;
  removed_at: number;
}

/**
 * Requests that were sent with an `Idempotency-Key` and applied (invariant 5): what they were and what became of them, without what was in
 * them. The only place that knows of requests.
 */
export interface IdempotencyKeyTable {
  /** 0 for what belongs to the account itself. */
  service_id: number;
  principal: string;
  operation: string;
  key: string;
  request_hash: string;
  status: number;
  result_sid: string | null;
  created_at: number;
}

/** Every change of the domain, in commit order. Read it through `readEventLog` only, which knows what may be seen yet. */
export interface EventLogTable {
  id: Generated<number>;
  /** PostgreSQL: the writing transaction's id, by which readers order and stop. SQLite has one writer, so it stays 0. */
  transaction_id: Generated<number>;
  service_id: number;
  kind: string;
  subject_sid: string;
  actor: string;
  payload: string;
  created_at: number;
  /** What has made the change; null: the server itself. */
  source: Generated<EventSource | null>;
  /** 1: webhooks are sent of it (webhooks 2). */
  webhooks: Generated<number>;
}

/** An SDK, or the REST API. */
export type EventSource = 'SDK' | 'API';

/** How far a reader of the event log has come, and the node that reads for it (src/events). */
export interface EventConsumerTable {
  name: string;
  /** The last entry that it has dealt with. */
  transaction_id: number;
  entry_id: number;
  /** The node that has the lease; null when it was given back. */
  holder: string | null;
  /** Rises with each new holder, so that an older one cannot move the cursor. */
  term: number;
  /** By the database's clock, in ms. */
  leased_until: number;
  /** When a node last read for it. */
  seen_at: number;
}

/** One call to end SDK sessions: those that match every member that is not null, and logged in before it. */
export interface SessionEndTable {
  id: Generated<number>;
  account_id: number;
  /** Rises by one within the account. */
  number: number;
  identity: string | null;
  api_key_sid: string | null;
  token_id: string | null;
  service_sid: string | null;
  connection_id: string | null;
  /** What is done to the connections instead of ending their sessions, as JSON; null: they are ended. */
  control: string | null;
  created_at: number;
}

/** Who changed what about credentials, accounts and rights. The database itself refuses to change or delete an entry,
 * but to take an erased person's name out of it, or when it is older than the account keeps them. Holds no secret. */
export interface AuditLogTable {
  id: Generated<number>;
  /** Not an id: entries outlive what they tell of. */
  account_sid: string;
  /** SID of the credential or user that did it, or `cli`. */
  actor: string;
  /** Where the request came from; null where there is none. */
  address: string | null;
  /** Such as `api_key.rotated`. */
  action: string;
  subject_sid: string;
  /** JSON objects, of what changed only. */
  before: string | null;
  after: string | null;
  created_at: number;
  /** When the name of an erased person was taken out of `before` or `after`. */
  redacted_at: Generated<number | null>;
}

/** A sign-in at the console, which lasts as long as the credential that it was made with. */
export interface ConsoleSessionTable {
  sid: string;
  account_id: number;
  /** The account's SID, for its auth token, or an API key's. */
  credential_sid: string;
  /** Of the credential's sealed secret, which is another text once the secret is. */
  secret_digest: string;
  /** Of what the cookie holds. */
  renewal_digest: string;
  created_at: number;
  ends_at: number;
}
