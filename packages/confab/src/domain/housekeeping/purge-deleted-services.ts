import type { Store, TombstoneObject, WriteDb } from '../../store/seam.ts';

/**
 * Removes up to `limit` rows of chat services that were deleted, children first, and at last the service itself (design 4: big deletes
 * finish in chunks). Resolves with how many rows went; 0 means that nothing is left to do.
 */
export function purgeDeletedServices(store: Store, limit: number): Promise<number> {
  return store.write(async ({ db }) => {
    const service = await db
      .selectFrom('services')
      .select(['id', 'sid'])
      .where('deleted_at', 'is not', null)
      .limit(1)
      .executeTakeFirst();
    if (service === undefined) return 0;
    return purge(db, service, limit);
  });
}

async function purge(db: WriteDb, { id: serviceId, sid }: { id: number; sid: string }, limit: number): Promise<number> {
  const conversation = await db
    .selectFrom('conversations')
    .select('id')
    .where('service_id', '=', serviceId)
    .limit(1)
    .executeTakeFirst();
  if (conversation !== undefined) return purgeConversation(db, conversation.id, limit);

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

async function purgeConversation(db: WriteDb, id: number, limit: number): Promise<number> {
  // Whoever changes the conversation now is let finish: nothing that they have found goes from under their hands.
  await db
    .updateTable('conversations')
    .set((eb) => ({ roster_event: eb.ref('roster_event') }))
    .where('id', '=', id)
    .execute();
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
  const participants = await db
    .selectFrom('participants')
    .select('id')
    .where('conversation_id', '=', id)
    .limit(limit)
    .execute();
  if (participants.length > 0) {
    const ids = participants.map((participant) => participant.id);
    await db.deleteFrom('participants').where('id', 'in', ids).execute();
    return ids.length;
  }
  const forgotten = await purgeTombstones(db, ['messages', 'roster'], [id], limit);
  if (forgotten > 0) return forgotten;
  await db.deleteFrom('conversations').where('id', '=', id).execute();
  return 1;
}

/** Removes up to `limit` tombstones. Resolves with how many went. */
async function purgeTombstones(
  db: WriteDb,
  objects: readonly TombstoneObject[],
  ownerIds: readonly number[],
  limit: number,
): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('sync_tombstones')
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('object', 'owner_id', 'key'),
        'in',
        selectFrom('sync_tombstones')
          .select(['object', 'owner_id', 'key'])
          .where('object', 'in', objects)
          .where('owner_id', 'in', ownerIds)
          .limit(limit)
          .$asTuple('object', 'owner_id', 'key'),
      ),
    )
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}
