import type { Store } from '../../store/seam.ts';

/**
 * Removes up to `limit` ends of sessions from before `before` (ms): no session that they could concern may live still. Resolves with how many it removed.
 */
export async function forgetSessionEnds(store: Store, before: number, limit: number): Promise<number> {
  const old = await store.read
    .selectFrom('session_ends')
    .select('id')
    .where('created_at', '<', before)
    .orderBy('created_at')
    .limit(limit)
    .execute();
  if (old.length === 0) return 0;
  await store.write(({ db }) =>
    db
      .deleteFrom('session_ends')
      .where(
        'id',
        'in',
        old.map(({ id }) => id),
      )
      .execute(),
  );
  return old.length;
}
