import type { WriteDb } from '../../store/index.ts';

/** Failures in a row after which a target is left alone for a while. */
const THRESHOLD = 5;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Counts a failure of the target. From the fifth in a row on nothing is sent to it for a while; then one try shows whether it is back,
 * and all others wait for that (`claimProbe`).
 */
export async function countFailure(db: WriteDb, target: string, now: number): Promise<void> {
  const { failures } = await db
    .insertInto('webhook_breakers')
    .values({ target, failures: 1, open_until: 0 })
    .onConflict((conflict) =>
      conflict.column('target').doUpdateSet((eb) => ({ failures: eb('webhook_breakers.failures', '+', 1) })),
    )
    .returning('failures')
    .executeTakeFirstOrThrow();
  if (failures < THRESHOLD) return;
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures - THRESHOLD, 10), LONGEST_PAUSE_MS);
  await db
    .updateTable('webhook_breakers')
    .set({ open_until: now + pauseMs })
    .where('target', '=', target)
    .execute();
}

/** The target answered. Resolves with whether it had been left alone. */
export async function countSuccess(db: WriteDb, target: string): Promise<boolean> {
  const row = await db
    .deleteFrom('webhook_breakers')
    .where('target', '=', target)
    .returning('failures')
    .executeTakeFirst();
  return row !== undefined && row.failures >= THRESHOLD;
}

/** Whether something may be sent to the target now; where it was left alone, only to whoever asks first, until `until`. */
export async function claimProbe(db: WriteDb, target: string, { now, until }: { now: number; until: number }) {
  const row = await db.selectFrom('webhook_breakers').selectAll().where('target', '=', target).executeTakeFirst();
  if (row === undefined || row.failures < THRESHOLD) return true;
  const { numUpdatedRows } = await db
    .updateTable('webhook_breakers')
    .set({ open_until: until })
    .where('target', '=', target)
    .where('open_until', '<=', now)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
