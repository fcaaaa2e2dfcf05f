import type { TombstoneObject, WriteDb } from '../../store/seam.ts';

export interface Tombstone {
  object: TombstoneObject;
  /** The conversation's id, or for `memberships` the user's. */
  ownerId: number;
  key: string;
  event: number;
}

/** Remembers that an item was removed, so that a client that was away can be told (invariant 3). */
export async function keepTombstone(
  db: WriteDb,
  { object, ownerId, key, event }: Tombstone,
  now: number,
): Promise<void> {
  await db
    .insertInto('sync_tombstones')
    .values({ object, owner_id: ownerId, key, event, removed_at: now })
    .onConflict((conflict) => conflict.columns(['object', 'owner_id', 'key']).doUpdateSet({ event, removed_at: now }))
    .execute();
}
