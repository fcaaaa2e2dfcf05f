import type { Generated } from 'kysely';

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
