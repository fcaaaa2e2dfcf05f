import type { Generated } from 'kysely';

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
