import type { EventLogPosition, ReadDb, WriteDb } from './store.ts';

const FLOOR = 'event_log_floor';

/**
 * The position up to which every consumer of the event log has read that a node has read for since `seenSince` (ms); undefined when there
 * is none. What comes after it is still to be dealt with by somebody, and must not be deleted for its age.
 */
export async function lowestCursor(read: ReadDb, seenSince: number): Promise<EventLogPosition | undefined> {
  const row = await read
    .selectFrom('event_consumers')
    .select(['transaction_id', 'entry_id'])
    .where('seen_at', '>=', seenSince)
    .orderBy('transaction_id')
    .orderBy('entry_id')
    .limit(1)
    .executeTakeFirst();
  return row && { transactionId: row.transaction_id, id: row.entry_id };
}

/** The last position at which an entry was deleted for its age: who reads on from before it has missed something. */
export async function logFloor(read: ReadDb): Promise<EventLogPosition> {
  const row = await read.selectFrom('meta').select('value').where('key', '=', FLOOR).executeTakeFirst();
  const [transactionId = 0, id = 0] = (row?.value ?? '0.0').split('.').map(Number);
  return { transactionId, id };
}

/** Remembers that the entry at `position` is deleted for its age, in the transaction that does so. */
export async function raiseLogFloor(db: WriteDb, position: EventLogPosition): Promise<void> {
  if (!isBefore(await logFloor(db), position)) return;
  const value = `${position.transactionId}.${position.id}`;
  await db
    .insertInto('meta')
    .values({ key: FLOOR, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute();
}

/** Whether `a` comes before `b` in the log. */
export function isBefore(a: EventLogPosition, b: EventLogPosition): boolean {
  return a.transactionId === b.transactionId ? a.id < b.id : a.transactionId < b.transactionId;
}

/** By one statement, which has to be done before the server gives it up. */
const RENUMBERED_AT_ONCE = 20_000;

/**
 * Orders the log anew, by ids alone, for a database that was restored on another PostgreSQL server: there, transaction ids begin anew, and
 * what is written next would come before what was read long ago. What a consumer had not read it reads, and some of the rest again.
 */
export async function restartLogOrder(db: WriteDb): Promise<void> {
  const last = await db.selectFrom('event_log').select('id').orderBy('id', 'desc').limit(1).executeTakeFirst();
  const consumers = await db.selectFrom('event_consumers').select(['name', 'transaction_id', 'entry_id']).execute();
  for (const { name, transaction_id, entry_id } of consumers) {
    const unread = await db
      .selectFrom('event_log')
      .select('id')
      .where(({ eb, refTuple, tuple }) => eb(refTuple('transaction_id', 'id'), '>', tuple(transaction_id, entry_id)))
      .orderBy('id')
      .limit(1)
      .executeTakeFirst();
    const read = unread === undefined ? (last?.id ?? entry_id) : unread.id - 1;
    await db
      .updateTable('event_consumers')
      .set({ transaction_id: 0, entry_id: read, holder: null })
      .where('name', '=', name)
      .execute();
  }
  for (let more = true; more; ) {
    const { numUpdatedRows } = await db
      .updateTable('event_log')
      .set({ transaction_id: 0 })
      .where('id', 'in', (eb) =>
        eb.selectFrom('event_log').select('id').where('transaction_id', '>', 0).limit(RENUMBERED_AT_ONCE),
      )
      .executeTakeFirstOrThrow();
    more = numUpdatedRows > 0n;
  }
  await db.updateTable('erasures').set({ transaction_id: 0 }).where('transaction_id', '>', 0).execute();
  const floor = await logFloor(db);
  if (floor.transactionId > 0) {
    await db
      .updateTable('meta')
      .set({ value: `0.${floor.id}` })
      .where('key', '=', FLOOR)
      .execute();
  }
}
