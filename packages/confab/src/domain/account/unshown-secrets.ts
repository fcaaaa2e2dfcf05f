import type { Store, WriteDb } from '../../store/seam.ts';

/** In `meta` from the first start on, until somebody has been shown the secrets that it made. */
const MARK = 'first_secrets_unshown';

export async function markUnshown(db: WriteDb): Promise<void> {
  await db.insertInto('meta').values({ key: MARK, value: '1' }).execute();
}

export async function areUnshown(db: WriteDb): Promise<boolean> {
  const mark = await db.selectFrom('meta').select('key').where('key', '=', MARK).executeTakeFirst();
  return mark !== undefined;
}

/**
 * Calls `show` unless the first secrets have been shown, and remembers it if it does not throw. Whatever ends the process in between, they
 * are shown again by the next start rather than never. Of several nodes, one shows them: the others wait for it. `show` must keep what it
 * shows for good before it returns.
 */
export function showFirstSecrets(store: Store, show: () => void): Promise<void> {
  let shown = false;
  return store.write(async ({ db }) => {
    const mark = await db.deleteFrom('meta').where('key', '=', MARK).returning('key').executeTakeFirst();
    if (mark === undefined || shown) return;
    show();
    // The transaction may run again.
    shown = true;
  });
}
