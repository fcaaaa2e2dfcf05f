import type { Store } from '../../store/seam.ts';
import { DAY_MS } from './settings.ts';

/**
 * Removes up to `limit` entries of audit logs that are older than their accounts keep them. Says so in the database first, which refuses to
 * remove any other. Resolves with how many went.
 */
export async function expireAuditLog(store: Store, now: number, limit: number): Promise<number> {
  const accounts = await store.read
    .selectFrom('retention')
    .select(['owner_sid', 'audit_log_days'])
    .where('audit_log_days', '>', 0)
    .orderBy('owner_sid')
    .limit(1000)
    .execute();
  let removed = 0;
  for (const { owner_sid, audit_log_days } of accounts) {
    const keptFrom = now - (audit_log_days ?? 0) * DAY_MS;
    const old = await store.read
      .selectFrom('audit_log')
      .select('id')
      .where('account_sid', '=', owner_sid)
      .where('created_at', '<', keptFrom)
      .orderBy('id')
      .limit(limit)
      .execute();
    if (old.length === 0) continue;
    const ids = old.map(({ id }) => id);
    await store.write(async ({ db }) => {
      await db
        .updateTable('retention')
        .set({ audit_log_kept_from: keptFrom })
        .where('owner_sid', '=', owner_sid)
        .execute();
      await db.deleteFrom('audit_log').where('id', 'in', ids).execute();
    });
    removed += ids.length;
  }
  return removed;
}
