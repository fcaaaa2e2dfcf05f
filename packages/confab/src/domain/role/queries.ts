import type { ReadDb } from '../../store/seam.ts';
import type { KeyRange } from '../key-range.ts';
import type { RoleRow } from './find-role.ts';

/** Roles of the service, by id: the order in which they were made. */
export function listRoles(db: ReadDb, serviceId: number, { order, from, limit }: KeyRange): Promise<RoleRow[]> {
  let query = db.selectFrom('roles').selectAll().where('service_id', '=', serviceId);
  if (from !== undefined) query = query.where('id', order === 'asc' ? '>=' : '<=', from);
  return query.orderBy('id', order).limit(limit).execute();
}
