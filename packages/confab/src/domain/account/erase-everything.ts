import type { Database, WriteDb } from '../../store/seam.ts';

/**
 * Children before the parents that they point to. What was audited stays: the log cannot be erased. A record, so that no table of a later
 * release is forgotten.
 */
const ERASED: Readonly<Record<Exclude<keyof Database, 'audit_log'>, true>> = {
  event_consumers: true,
  erasures: true,
  retention: true,
  webhook_attempts: true,
  webhook_deliveries: true,
  webhook_lanes: true,
  webhook_breakers: true,
  event_log: true,
  idempotency_keys: true,
  session_ends: true,
  sync_tombstones: true,
  message_receipts: true,
  messages: true,
  media: true,
  participants: true,
  joining_participants: true,
  number_pairs: true,
  group_sets: true,
  conversation_webhooks: true,
  conversations: true,
  bindings: true,
  user_presence: true,
  presence_nodes: true,
  users: true,
  roles: true,
  service_notifications: true,
  webhook_configurations: true,
  services: true,
  address_configurations: true,
  console_sessions: true,
  credentials: true,
  contents: true,
  api_keys: true,
  accounts: true,
  meta: true,
};

/** Empties the database, in the transaction that goes on to make the first credentials anew. Ids go on rising. */
export async function eraseEverything(db: WriteDb): Promise<void> {
  for (const table of namesOf(ERASED)) await db.deleteFrom(table).execute();
}

function namesOf<Name extends string>(record: Readonly<Record<Name, true>>): Name[] {
  const names: Name[] = [];
  for (const name in record) names.push(name);
  return names;
}
