import type { TombstoneObject, WriteDb } from '../../store/seam.ts';

/** Removes up to `limit` tombstones. Resolves with how many went. */
export async function purgeTombstones(
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
