import type { Store, WriteDb } from '../../store/seam.ts';
import { SYSTEM } from '../actor.ts';
import { removeMemberships } from '../participant/remove-memberships.ts';

/**
 * Goes on where `deleteUser` has stopped, a bounded step at a time: takes a deleted user out of some more conversations; when they are in
 * none, forgets up to `limit` of their tombstones; at last the user. Those of deleted services go with their service. Resolves with how many
 * rows it found; 0 means that nothing is left to do.
 */
export async function finishDeletedUsers(store: Store, now: number, limit: number): Promise<number> {
  // Outside of the writer, which is not to be held for nothing: mostly there is nobody.
  const user = await store.read
    .selectFrom('users')
    .innerJoin('services', 'services.id', 'users.service_id')
    .select(['users.id', 'users.service_id', 'users.deleted_with_webhooks', 'services.sid as service_sid'])
    .where('users.deleted_at', 'is not', null)
    .where('services.deleted_at', 'is', null)
    // Those are the erasure's, which tells of them without saying who they were.
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('erasures')
            .select('erasures.id')
            .where('erasures.status', '=', 'running')
            .whereRef('erasures.user_id', '=', 'users.id'),
        ),
      ),
    )
    .orderBy('users.id')
    .limit(1)
    .executeTakeFirst();
  if (user === undefined) return 0;
  const service = { id: user.service_id, sid: user.service_sid };
  // Of the request that deleted them, as if there had been time for all of it then.
  const origin = { source: 'API' as const, webhooks: user.deleted_with_webhooks === 1 };
  return store.write(
    async ({ db, changes }) => {
      const left = await removeMemberships({ db, changes, now }, { service, userId: user.id, actor: SYSTEM });
      return left > 0 ? left : forget(db, user.id, limit);
    },
    { origin },
  );
}

async function forget(db: WriteDb, userId: number, limit: number): Promise<number> {
  const tombstones = () =>
    db.selectFrom('sync_tombstones').select('key').where('object', '=', 'memberships').where('owner_id', '=', userId);
  const keys = (await tombstones().limit(limit).execute()).map(({ key }) => key);
  if (keys.length > 0) {
    await db
      .deleteFrom('sync_tombstones')
      .where('object', '=', 'memberships')
      .where('owner_id', '=', userId)
      .where('key', 'in', keys)
      .execute();
    return keys.length;
  }
  await db.deleteFrom('users').where('id', '=', userId).execute();
  return 1;
}
