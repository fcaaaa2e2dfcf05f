import type { Database } from '../../store/seam.ts';

/**
 * What the erasure of a person does to a table's rows:
 * - `nothing`: they hold nothing of a person (who sends a person's name as the name of something else is told not to: docs/personal-data.md).
 * - `with its owner`: they go or are changed with the row that they belong to, by the same functions.
 * - otherwise the step of the erasure that reaches them.
 */
export type ErasureTreatment = 'nothing' | 'with its owner' | ErasureStepName;

/** The steps of an erasure, in their order. */
export const ERASURE_STEPS = [
  'memberships',
  'joining',
  'messages',
  'conversations',
  'files',
  'event_log',
  'webhook_answers',
  'idempotency_keys',
  'session_ends',
  'audit_log',
] as const;

export type ErasureStepName = (typeof ERASURE_STEPS)[number];

/**
 * What age does to a table's rows:
 * - `kept`: nothing; they go when somebody removes them.
 * - `with its owner`: they go with the row that they belong to.
 * - `fixed`: they go after a time that follows from what they are for, and cannot be set (housekeeping).
 * - otherwise the setting of a service or account that says after how many days they go.
 */
export type RetentionTreatment = 'kept' | 'with its owner' | 'fixed' | RetentionSetting;

/** What can be set, in days; files also by their bytes. */
export type RetentionSetting = 'messages' | 'media' | 'event_log' | 'audit_log';

export interface Treatment {
  erasure: ErasureTreatment;
  retention: RetentionTreatment;
}

/** A record of all tables, so that nobody adds one without deciding what becomes of people's data in it. */
export const PERSONAL_DATA = {
  meta: { erasure: 'nothing', retention: 'kept' },
  accounts: { erasure: 'nothing', retention: 'kept' },
  api_keys: { erasure: 'nothing', retention: 'kept' },
  services: { erasure: 'nothing', retention: 'kept' },
  roles: { erasure: 'nothing', retention: 'kept' },
  users: { erasure: 'memberships', retention: 'kept' },
  conversations: { erasure: 'conversations', retention: 'kept' },
  participants: { erasure: 'memberships', retention: 'with its owner' },
  messages: { erasure: 'messages', retention: 'messages' },
  // With its message as well.
  media: { erasure: 'files', retention: 'media' },
  message_receipts: { erasure: 'memberships', retention: 'with its owner' },
  contents: { erasure: 'nothing', retention: 'kept' },
  webhook_configurations: { erasure: 'nothing', retention: 'kept' },
  service_notifications: { erasure: 'nothing', retention: 'kept' },
  credentials: { erasure: 'nothing', retention: 'kept' },
  bindings: { erasure: 'memberships', retention: 'with its owner' },
  // They go with the connections that they stand for.
  presence_nodes: { erasure: 'nothing', retention: 'fixed' },
  user_presence: { erasure: 'nothing', retention: 'fixed' },
  address_configurations: { erasure: 'nothing', retention: 'kept' },
  // They name an entry of the event log, or a message, which are erased themselves. What was answered may repeat what was sent.
  webhook_deliveries: { erasure: 'nothing', retention: 'fixed' },
  webhook_attempts: { erasure: 'webhook_answers', retention: 'with its owner' },
  webhook_lanes: { erasure: 'nothing', retention: 'with its owner' },
  webhook_breakers: { erasure: 'nothing', retention: 'with its owner' },
  conversation_webhooks: { erasure: 'nothing', retention: 'with its owner' },
  // An address is in them as long as its participant is in the conversation.
  number_pairs: { erasure: 'with its owner', retention: 'with its owner' },
  group_sets: { erasure: 'with its owner', retention: 'with its owner' },
  joining_participants: { erasure: 'joining', retention: 'with its owner' },
  // Keys are SIDs and indexes: what is left of a person is that something of theirs was there.
  sync_tombstones: { erasure: 'nothing', retention: 'fixed' },
  session_ends: { erasure: 'session_ends', retention: 'fixed' },
  event_log: { erasure: 'event_log', retention: 'event_log' },
  event_consumers: { erasure: 'nothing', retention: 'kept' },
  idempotency_keys: { erasure: 'idempotency_keys', retention: 'fixed' },
  audit_log: { erasure: 'audit_log', retention: 'audit_log' },
  // The last thing that an erasure does is to forget the name in it.
  erasures: { erasure: 'with its owner', retention: 'kept' },
  retention: { erasure: 'nothing', retention: 'kept' },
  console_sessions: { erasure: 'nothing', retention: 'fixed' },
} as const satisfies Record<keyof Database, Treatment>;
