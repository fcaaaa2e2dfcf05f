import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { EventLogTable, EventSource } from './schema.ts';
import type { SqlValue } from './sql-connection.ts';
import { type Param, statement } from './statement.ts';
import type { EventLogPosition, Store, WriteDb } from './store.ts';
import { noteLogged } from './writing.ts';

export type EventLogEntry = Selectable<EventLogTable>;

interface NewEvent extends Record<string, SqlValue> {
  service_id: number;
  kind: string;
  subject_sid: string;
  actor: string;
  payload: string;
  created_at: number;
}

const insertEvent = statement((db: WriteDb, p: Param<NewEvent & { source: EventSource | null; webhooks: number }>) =>
  db.insertInto('event_log').values({
    service_id: p('service_id'),
    kind: p('kind'),
    subject_sid: p('subject_sid'),
    actor: p('actor'),
    payload: p('payload'),
    created_at: p('created_at'),
    source: p('source'),
    webhooks: p('webhooks'),
  }),
);

/** Appends to the event log, in the transaction of the change that it tells, with the origin of the command that makes it. */
export async function appendEvent(db: WriteDb, event: NewEvent): Promise<void> {
  const { source, webhooks } = noteLogged(db);
  await insertEvent(db, { ...event, source, webhooks: webhooks ? 1 : 0 });
}

/** The position before the first entry. */
export const START_OF_LOG: EventLogPosition = { transactionId: 0, id: 0 };

/**
 * Up to `limit` entries after `position`, in an order in which nothing can appear later before what was read. SQLite has one writer, so
 * that is the order of ids. PostgreSQL hands out ids before it commits: entries are ordered by transaction, and reading stops at the
 * oldest transaction that is still open (design 4).
 */
export async function readEventLog(store: Store, position: EventLogPosition, limit: number): Promise<EventLogEntry[]> {
  let query = store.read.selectFrom('event_log').selectAll().limit(limit);
  if (store.engine === 'sqlite') return query.where('id', '>', position.id).orderBy('id').execute();
  query = query
    .where(sql<boolean>`(transaction_id, id) > (${position.transactionId}, ${position.id})`)
    .where('transaction_id', '<', sql<number>`pg_snapshot_xmin(pg_current_snapshot())::text::bigint`)
    .orderBy('transaction_id')
    .orderBy('id');
  return query.execute();
}

/** Whether there are entries after `position`, also those that `readEventLog` does not show yet. */
export async function growsAfter(store: Store, position: EventLogPosition): Promise<boolean> {
  let query = store.read.selectFrom('event_log').select('id').limit(1);
  query =
    store.engine === 'sqlite'
      ? query.where('id', '>', position.id)
      : query.where(sql<boolean>`(transaction_id, id) > (${position.transactionId}, ${position.id})`);
  return (await query.executeTakeFirst()) !== undefined;
}

/** The position of the newest entry that may be read: what a reader begins with that wants no history. */
export async function endOfEventLog(store: Store): Promise<EventLogPosition> {
  let query = store.read.selectFrom('event_log').select(['transaction_id', 'id']);
  query =
    store.engine === 'sqlite'
      ? query.orderBy('id', 'desc')
      : query
          .where('transaction_id', '<', sql<number>`pg_snapshot_xmin(pg_current_snapshot())::text::bigint`)
          .orderBy('transaction_id', 'desc')
          .orderBy('id', 'desc');
  const last = await query.limit(1).executeTakeFirst();
  return last === undefined ? START_OF_LOG : { transactionId: last.transaction_id, id: last.id };
}

/**
 * Whether all transactions are over that were open when that one was: what was written before it, or beside it, is to be seen. True on
 * SQLite, which has one writer.
 */
export async function isSettled(store: Store, transactionId: number): Promise<boolean> {
  if (store.engine === 'sqlite') return true;
  const snapshot = sql<{ oldest: number }>`(SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest)`;
  const { oldest } = await store.read.selectFrom(snapshot.as('snapshot')).select('oldest').executeTakeFirstOrThrow();
  return transactionId < Number(oldest);
}

/** Where an entry is: give it to `readEventLog` to go on after it. */
export function positionOf(entry: EventLogEntry): EventLogPosition {
  return { transactionId: entry.transaction_id, id: entry.id };
}
