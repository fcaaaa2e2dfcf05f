import type { Store, WriteDb } from '../../store/seam.ts';

/**
 * Removes up to `limit` rows of chat services that were deleted, children first, and at last the service itself (design 4: big deletes
 * finish in chunks). Resolves with how many rows went; 0 means that nothing is left to do.
 */
export function purgeDeletedServices(store: Store, limit: number): Promise<number> {
  return store.write(async ({ db }) => {
    const service = await db
      .selectFrom('services')
      .select('id')
      .where('deleted_at', 'is not', null)
      .limit(1)
      .executeTakeFirst();
    if (service === undefined) return 0;
    return purge(db, service.id, limit);
  });
}

async function purge(db: WriteDb, serviceId: number, limit: number): Promise<number> {
  const conversation = await db
    .selectFrom('conversations')
    .select('id')
    .where('service_id', '=', serviceId)
    .limit(1)
    .executeTakeFirst();
  if (conversation !== undefined) return purgeConversation(db, conversation.id, limit);

  const users = await db.selectFrom('users').select('id').where('service_id', '=', serviceId).limit(limit).execute();
  if (users.length > 0) {
    const ids = users.map(({ id }) => id);
    await db.deleteFrom('sync_tombstones').where('object', '=', 'memberships').where('owner_id', 'in', ids).execute();
    await db.deleteFrom('users').where('id', 'in', ids).execute();
    return ids.length;
  }
  await db.deleteFrom('roles').where('service_id', '=', serviceId).execute();
  await db.deleteFrom('services').where('id', '=', serviceId).execute();
  return 1;
}

async function purgeConversation(db: WriteDb, id: number, limit: number): Promise<number> {
  const messages = await db
    .selectFrom('messages')
    .select('id')
    .where('conversation_id', '=', id)
    .limit(limit)
    .execute();
  if (messages.length > 0) {
    const ids = messages.map((message) => message.id);
    await db.deleteFrom('messages').where('id', 'in', ids).execute();
    return ids.length;
  }
  await db.deleteFrom('participants').where('conversation_id', '=', id).execute();
  await db
    .deleteFrom('sync_tombstones')
    .where('object', 'in', ['messages', 'roster'])
    .where('owner_id', '=', id)
    .execute();
  await db.deleteFrom('conversations').where('id', '=', id).execute();
  return 1;
}
