import type { Store, WriteDb } from '../../store/seam.ts';
import { purgeTombstones } from '../sync/purge-tombstones.ts';
import { purgeConversation } from './purge-conversation.ts';

/**
 * Removes up to `limit` rows of chat services that were deleted, children first, and at last the service itself (design 4: big deletes
 * finish in chunks). Resolves with how many rows went; 0 means that nothing is left to do.
 */
export function purgeDeletedServices(store: Store, limit: number, now: number): Promise<number> {
  return store.write(async ({ db }) => {
    const service = await db
      .selectFrom('services')
      .select(['id', 'sid'])
      .where('deleted_at', 'is not', null)
      .limit(1)
      .executeTakeFirst();
    if (service === undefined) return 0;
    return purge(db, service, limit, now);
  });
}

async function purge(
  db: WriteDb,
  { id: serviceId, sid }: { id: number; sid: string },
  limit: number,
  now: number,
): Promise<number> {
  const conversation = await db
    .selectFrom('conversations')
    .select('id')
    .where('service_id', '=', serviceId)
    .limit(1)
    .executeTakeFirst();
  if (conversation !== undefined) return purgeConversation(db, conversation.id, limit, now);

  const bindings = await db
    .selectFrom('bindings')
    .select('id')
    .where('service_id', '=', serviceId)
    .limit(limit)
    .execute();
  if (bindings.length > 0) {
    const ids = bindings.map(({ id }) => id);
    await db.deleteFrom('bindings').where('id', 'in', ids).execute();
    return ids.length;
  }

  const users = await db.selectFrom('users').select('id').where('service_id', '=', serviceId).limit(limit).execute();
  if (users.length > 0) {
    const ids = users.map(({ id }) => id);
    const forgotten = await purgeTombstones(db, ['memberships'], ids, limit);
    if (forgotten > 0) return forgotten;
    await db.deleteFrom('users').where('id', 'in', ids).execute();
    return ids.length;
  }
  await db.deleteFrom('service_notifications').where('service_id', '=', serviceId).execute();
  await db.deleteFrom('webhook_configurations').where('owner_sid', '=', sid).execute();
  await db.deleteFrom('roles').where('service_id', '=', serviceId).execute();
  await db.deleteFrom('services').where('id', '=', serviceId).execute();
  return 1;
}
