import {
  type EventLogPosition,
  isBefore,
  lowestCursor,
  raiseLogFloor,
  readEventLog,
  type Store,
} from '../../store/seam.ts';
import { DAY_MS, DEFAULT_RETENTION, effective, RETENTION_COLUMNS } from './settings.ts';

/** A consumer that nobody has run for so long keeps nothing any more; it is told that it has missed something when it comes back. */
const ABANDONED_AFTER_MS = 30 * DAY_MS;

/** Entries in one transaction. */
const CHUNK = 500;

/**
 * Removes entries of the event log after `after` that are older than their service keeps them, in the order of the log, and never one that a
 * live consumer has still to read. Resolves with the position to go on after; undefined at the end.
 */
export async function expireEventLog(
  store: Store,
  now: number,
  after: EventLogPosition,
): Promise<EventLogPosition | undefined> {
  const entries = await readEventLog(store, after, CHUNK);
  const cursor = await lowestCursor(store.read, now - ABANDONED_AFTER_MS);
  const daysOf = await daysByService(store, [...new Set(entries.map(({ service_id }) => service_id))]);
  const read = entries.filter((entry) => cursor === undefined || !isBefore(cursor, positionOf(entry)));
  const old = read.filter(({ service_id, created_at }) => {
    const days = daysOf.get(service_id) ?? null;
    return days !== null && created_at < now - days * DAY_MS;
  });
  const newest = old.at(-1);
  if (newest !== undefined) {
    const ids = old.map(({ id }) => id);
    await store.write(async ({ db }) => {
      await db.deleteFrom('event_log').where('id', 'in', ids).execute();
      await raiseLogFloor(db, positionOf(newest));
    });
  }
  const last = entries.at(-1);
  if (last !== undefined && last.created_at >= now - (await fewestDays(store)) * DAY_MS) return undefined;
  return last === undefined || entries.length < CHUNK || read.length < entries.length ? undefined : positionOf(last);
}

/** Younger entries than this are nobody's to remove: where they begin, the work is done. */
async function fewestDays({ read }: Store): Promise<number> {
  const row = await read
    .selectFrom('retention')
    .select('event_log_days')
    .where('event_log_days', '>', 0)
    .orderBy('event_log_days')
    .limit(1)
    .executeTakeFirst();
  return Math.min(row?.event_log_days ?? Number.POSITIVE_INFINITY, DEFAULT_RETENTION.eventLogDays ?? 0);
}

async function daysByService({ read }: Store, ids: readonly number[]): Promise<ReadonlyMap<number, number | null>> {
  const days = new Map<number, number | null>(ids.map((id) => [id, DEFAULT_RETENTION.eventLogDays]));
  if (ids.length === 0) return days;
  const rows = await read
    .selectFrom('retention')
    .innerJoin('services', 'services.sid', 'retention.owner_sid')
    .select(['services.id', ...RETENTION_COLUMNS])
    .where('services.id', 'in', ids)
    .execute();
  for (const { id, ...stored } of rows) days.set(id, effective(stored).eventLogDays);
  return days;
}

function positionOf({ transaction_id, id }: { transaction_id: number; id: number }): EventLogPosition {
  return { transactionId: transaction_id, id };
}
