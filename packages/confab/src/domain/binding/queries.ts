import type { Selectable } from 'kysely';
import type { BindingTable, PushType, ReadDb } from '../../store/seam.ts';
import type { KeyRange } from '../key-range.ts';

export type BindingRow = Selectable<BindingTable>;

/** A registered device of the service, by SID. */
export function findBinding(db: ReadDb, serviceId: number, sid: string): Promise<BindingRow | undefined> {
  return db
    .selectFrom('bindings')
    .selectAll()
    .where('service_id', '=', serviceId)
    .where('sid', '=', sid)
    .executeTakeFirst();
}

/** A device of the user, by what the push service calls it. */
export function findBindingOfUser(
  db: ReadDb,
  userId: number,
  type: PushType,
  endpoint: string,
): Promise<BindingRow | undefined> {
  return db
    .selectFrom('bindings')
    .selectAll()
    .where('user_id', '=', userId)
    .where('binding_type', '=', type)
    .where('endpoint', '=', endpoint)
    .executeTakeFirst();
}

export interface BindingFilter {
  types?: readonly PushType[] | undefined;
  identities?: readonly string[] | undefined;
}

/** Registered devices of the service, by id; of these types, and of these people, where they are named. */
export async function listBindings(
  db: ReadDb,
  serviceId: number,
  { types, identities }: BindingFilter,
  { order, from, limit }: KeyRange,
): Promise<BindingRow[]> {
  // An empty list is no SQL.
  if (types?.length === 0 || identities?.length === 0) return [];
  let query = db.selectFrom('bindings').selectAll().where('service_id', '=', serviceId);
  if (types !== undefined) query = query.where('binding_type', 'in', types);
  if (identities !== undefined) query = query.where('identity', 'in', identities);
  if (from !== undefined) query = query.where('id', order === 'asc' ? '>=' : '<=', from);
  return query.orderBy('id', order).limit(limit).execute();
}
