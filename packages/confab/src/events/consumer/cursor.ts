import { randomUUID } from 'node:crypto';
import { type EventLogPosition, type ReadDb, START_OF_LOG, type Store, type WriteDb } from '../../store/index.ts';

/** The right to read the event log for a consumer, until it has not been renewed for a while or another node has it. */
export interface Lease {
  name: string;
  holder: string;
  /** Of all who ever held it, which one this is: an older one can do nothing any more. */
  term: number;
  /** Where the consumer was when it was taken. */
  position: EventLogPosition;
}

/** Another node reads for the consumer by now. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';

  constructor(lease: Lease) {
    super(`Another node reads the event log for ${lease.name} by now.`);
  }
}

export interface Times {
  /** By the database's clock (invariant 9), in ms. */
  now: number;
  until: number;
}

/**
 * Takes the lease of a consumer, which is made where there is none, at `start`. Undefined while another node has it. On SQLite a process is
 * alone with its database, so that what an earlier one left behind is nobody's.
 */
export function takeLease(
  store: Store,
  { name, start = START_OF_LOG }: { name: string; start?: EventLogPosition | undefined },
  { now, until }: Times,
): Promise<Lease | undefined> {
  const holder = randomUUID();
  return store.write(async ({ db }) => {
    await db
      .insertInto('event_consumers')
      .values({
        name,
        transaction_id: start.transactionId,
        entry_id: start.id,
        holder: null,
        term: 0,
        leased_until: 0,
        seen_at: now,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    let take = db
      .updateTable('event_consumers')
      .set((eb) => ({ holder, term: eb('term', '+', 1), leased_until: until, seen_at: now }))
      .where('name', '=', name);
    if (store.engine === 'postgres')
      take = take.where((eb) => eb.or([eb('holder', 'is', null), eb('leased_until', '<=', now)]));
    const row = await take.returning(['term', 'transaction_id', 'entry_id']).executeTakeFirst();
    if (row === undefined) return undefined;
    return { name, holder, term: row.term, position: { transactionId: row.transaction_id, id: row.entry_id } };
  });
}

/** Throws LeaseLostError. */
export async function renewLease(db: WriteDb, lease: Lease, { now, until }: Times): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('event_consumers')
    .set({ leased_until: until, seen_at: now })
    .where('name', '=', lease.name)
    .where('term', '=', lease.term)
    .where('holder', '=', lease.holder)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new LeaseLostError(lease);
}

/** Moves the cursor to the last entry that was dealt with, in the transaction that keeps what came of it. Throws LeaseLostError. */
export async function moveCursor(db: WriteDb, lease: Lease, position: EventLogPosition, times: Times): Promise<void> {
  await renewLease(db, lease, times);
  await db
    .updateTable('event_consumers')
    .set({ transaction_id: position.transactionId, entry_id: position.id })
    .where('name', '=', lease.name)
    .execute();
}

/** Lets another node go on at once. */
export async function giveLeaseBack(store: Store, { name, term, holder }: Lease): Promise<void> {
  await store.write(({ db }) =>
    db
      .updateTable('event_consumers')
      .set({ holder: null })
      .where('name', '=', name)
      .where('term', '=', term)
      .where('holder', '=', holder)
      .execute(),
  );
}

/** Has the consumer read again from a position, or skip to it; whoever reads for it now begins anew. Makes it where there is none. */
export function replayFrom(store: Store, name: string, position: EventLogPosition, now: number): Promise<void> {
  const cursor = { transaction_id: position.transactionId, entry_id: position.id };
  return store.write(async ({ db }) => {
    await db
      .insertInto('event_consumers')
      .values({ name, ...cursor, holder: null, term: 0, leased_until: 0, seen_at: now })
      .onConflict((conflict) =>
        conflict
          .column('name')
          .doUpdateSet((eb) => ({ ...cursor, holder: null, term: eb('event_consumers.term', '+', 1) })),
      )
      .execute();
  });
}

/** Up to where a consumer has read; undefined when there never was one of that name. */
export async function positionOfConsumer(read: ReadDb, name: string): Promise<EventLogPosition | undefined> {
  const row = await read
    .selectFrom('event_consumers')
    .select(['transaction_id', 'entry_id'])
    .where('name', '=', name)
    .executeTakeFirst();
  return row && { transactionId: row.transaction_id, id: row.entry_id };
}

/** Forgets a consumer that nothing reads for any more, so that it keeps no entry from being deleted. */
export async function removeConsumer(store: Store, name: string): Promise<void> {
  await store.write(({ db }) => db.deleteFrom('event_consumers').where('name', '=', name).execute());
}
