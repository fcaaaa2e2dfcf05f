import type { Generated } from 'kysely';

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
