import type { Store } from '../../store/seam.ts';

/** Writes down when these keys were last used, by SID, in ms; never back in time. One transaction, whatever their number. */
export function writeLastUsed(store: Store, uses: ReadonlyMap<string, number>): Promise<void> {
  return store.write(async ({ db }) => {
    for (const [sid, at] of uses) {
      await db
        .updateTable('api_keys')
        .set({ last_used_at: at })
        .where('sid', '=', sid)
        .where((is) => is.or([is('last_used_at', 'is', null), is('last_used_at', '<', at)]))
        .execute();
    }
  });
}
