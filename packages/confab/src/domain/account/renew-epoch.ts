import type { SecretBox } from '../../secrets/index.ts';
import { restartLogOrder, type Store } from '../../store/seam.ts';
import { FirstStartError, newEpoch, requireMasterKey } from './first-start.ts';

/**
 * Gives a database that was put back to an earlier state another epoch, so that clients of its later life are told to start anew
 * (invariant 11). Nodes read the epoch when they start: none may run. Throws FirstStartError when the database is empty or was made
 * with another master key.
 */
export function renewEpoch(store: Store, secretBox: SecretBox): Promise<void> {
  return store.write(async ({ db }) => {
    const check = await db.selectFrom('meta').select('value').where('key', '=', 'master_key_check').executeTakeFirst();
    if (check === undefined) throw new FirstStartError('The database is empty: there is no epoch in it to renew.');
    requireMasterKey(check.value, secretBox);
    await db.updateTable('meta').set({ value: newEpoch() }).where('key', '=', 'epoch').execute();
    await restartLogOrder(db);
  });
}
