import type { Store, WriteDb } from '../../store/seam.ts';

/**
 * Removes up to `limit` tombstones from before `before` (ms), and remembers in their owners up to which event removals can no longer be
 * told, so that a client which slept longer is sent away instead of keeping what is gone (invariant 3). Resolves with how many it removed.
 */
export function expireTombstones(store: Store, before: number, limit: number): Promise<number> {
  return store.write(async ({ db }) => {
    const expired = await db
      .selectFrom('sync_tombstones')
      .select(['object', 'owner_id', 'key', 'event'])
      .where('removed_at', '<', before)
      .orderBy('removed_at')
      .limit(limit)
      .execute();
    for (const { object, owner_id, key, event } of expired) {
      await raiseFloor(db, object, owner_id, event);
      await db
        .deleteFrom('sync_tombstones')
        .where('object', '=', object)
        .where('owner_id', '=', owner_id)
        .where('key', '=', key)
        // Not one that was renewed by another removal of the same key.
        .where('event', '=', event)
        .execute();
    }
    return expired.length;
  });
}

async function raiseFloor(db: WriteDb, object: 'messages' | 'roster' | 'memberships', id: number, event: number) {
  switch (object) {
    case 'messages':
      await db
        .updateTable('conversations')
        .set({ messages_floor: event })
        .where('id', '=', id)
        .where('messages_floor', '<', event)
        .execute();
      break;
    case 'roster':
      await db
        .updateTable('conversations')
        .set({ roster_floor: event })
        .where('id', '=', id)
        .where('roster_floor', '<', event)
        .execute();
      break;
    case 'memberships':
      await db
        .updateTable('users')
        .set({ conversations_floor: event })
        .where('id', '=', id)
        .where('conversations_floor', '<', event)
        .execute();
      break;
  }
}
