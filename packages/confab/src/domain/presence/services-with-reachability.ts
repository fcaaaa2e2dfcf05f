import type { ReadDb } from '../../store/seam.ts';

/** Which of these services tell who is reachable. */
export async function servicesWithReachability(db: ReadDb, ids: readonly number[]): Promise<ReadonlySet<number>> {
  if (ids.length === 0) return new Set();
  const rows = await db
    .selectFrom('services')
    .select('id')
    .where('id', 'in', ids)
    .where('reachability_enabled', '=', 1)
    .where('deleted_at', 'is', null)
    .execute();
  return new Set(rows.map(({ id }) => id));
}
