import type { Database, WriteDb } from '../../store/seam.ts';

/** Children before the parents that they point to. What was audited stays: the log cannot be erased. */
const TABLES: readonly (keyof Database)[] = [
  'event_log',
  'idempotency_keys',
  'sync_tombstones',
  'messages',
  'participants',
  'conversations',
  'bindings',
  'users',
  'roles',
  'service_notifications',
  'webhook_configurations',
  'services',
  'address_configurations',
  'credentials',
  'api_keys',
  'accounts',
  'meta',
];

/** Empties the database, in the transaction that goes on to make the first credentials anew. Ids go on rising. */
export async function eraseEverything(db: WriteDb): Promise<void> {
  for (const table of TABLES) await db.deleteFrom(table).execute();
}
