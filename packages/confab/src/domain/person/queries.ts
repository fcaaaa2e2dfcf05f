import type { Selectable } from 'kysely';
import type { ErasureTable, ReadDb } from '../../store/seam.ts';
import type { KeyRange } from '../key-range.ts';

export type ErasureRow = Selectable<ErasureTable>;

/** The erasure of the service with this SID. */
export function findErasure(db: ReadDb, serviceId: number, sid: string): Promise<ErasureRow | undefined> {
  return db
    .selectFrom('erasures')
    .selectAll()
    .where('service_id', '=', serviceId)
    .where('sid', '=', sid)
    .executeTakeFirst();
}

/** Erasures of the service, by id: the order in which they were asked for. */
export function listErasures(db: ReadDb, serviceId: number, { order, from, limit }: KeyRange): Promise<ErasureRow[]> {
  let query = db.selectFrom('erasures').selectAll().where('service_id', '=', serviceId);
  if (from !== undefined) query = query.where('id', order === 'asc' ? '>=' : '<=', from);
  return query.orderBy('id', order).limit(limit).execute();
}

/**
 * When a person who had this identity in the service was last erased (ms); undefined when nobody was. `hashes`: of the identity, as
 * `nameInService` spells it.
 */
export async function lastErasedAt(
  db: ReadDb,
  serviceId: number,
  hashes: readonly string[],
): Promise<number | undefined> {
  const row = await db
    .selectFrom('erasures')
    .select('created_at')
    .where('service_id', '=', serviceId)
    .where('name_hash', 'in', hashes)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.created_at;
}

/** What is hashed of a name: in another service, and as an address, it is somebody else's. */
export function nameInService(serviceSid: string, knownBy: 'identity' | 'address', name: string): string {
  return JSON.stringify([serviceSid, knownBy, name]);
}
