import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { EventLogTable } from './schema.ts';
import { type Param, statement } from './statement.ts';
import type { EventLogPosition, Store, WriteDb } from './store.ts';

export type EventLogEntry = Selectable<EventLogTable>;

/** Appends to the event log, in the transaction of the change that it tells. */
export const appendEvent = statement(
  (
    db: WriteDb,
    p: Param<{
      service_id: number;
      kind: string;
      subject_sid: string;
      actor: string;
      payload: string;
      created_at: number;
    }>,
  ) =>
    db.insertInto('event_log').values({
      service_id: p('service_id'),
      kind: p('kind'),
      subject_sid: p('subject_sid'),
      actor: p('actor'),
      payload: p('payload'),
      created_at: p('created_at'),
    }),
);

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

/** Where an entry is: give it to `readEventLog` to go on after it. */
export function positionOf(entry: EventLogEntry): EventLogPosition {
  return { transactionId: entry.transaction_id, id: entry.id };
}
