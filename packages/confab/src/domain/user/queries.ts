import { isSid } from '../../sid.ts';
import type { ReadDb, UserRow } from '../../store/seam.ts';
import { type Param, statement } from '../../store/seam.ts';
import type { KeyRange } from '../key-range.ts';

/** A user with the SID of their service role, which REST shows. */
export type UserWithRole = UserRow & { role_sid: string };

const findByIdentity = statement((db: ReadDb, p: Param<{ service_id: number; identity: string }>) =>
  db
    .selectFrom('users')
    .selectAll()
    .where('service_id', '=', p('service_id'))
    .where('identity', '=', p('identity'))
    .where('deleted_at', 'is', null),
);

/** The user of the service with exactly this identity. */
export async function findUser(db: ReadDb, serviceId: number, identity: string): Promise<UserRow | undefined> {
  return (await findByIdentity(db, { service_id: serviceId, identity }))[0];
}

export function findUserBySid(db: ReadDb, serviceId: number, sid: string): Promise<UserRow | undefined> {
  return db
    .selectFrom('users')
    .selectAll()
    .where('service_id', '=', serviceId)
    .where('sid', '=', sid)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
}

const findLive = statement((db: ReadDb, p: Param<{ id: number }>) =>
  db.selectFrom('users').select('id').where('id', '=', p('id')).where('deleted_at', 'is', null),
);

/** Whether the user was not deleted. */
export async function isLiveUser(db: ReadDb, id: number): Promise<boolean> {
  return (await findLive(db, { id })).length > 0;
}

/** Of so many users, who they are, by id. Without those who were deleted. */
export async function usersById(
  db: ReadDb,
  ids: readonly number[],
): Promise<Map<number, { sid: string; identity: string }>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('users')
    .select(['id', 'sid', 'identity'])
    .where('id', 'in', ids)
    .where('deleted_at', 'is', null)
    .execute();
  return new Map(rows.map(({ id, ...user }) => [id, user]));
}

/** A user of the service by SID or identity: an identity is never shaped like a SID (access tokens 2). */
export function findUserBySidOrIdentity(
  db: ReadDb,
  serviceId: number,
  sidOrIdentity: string,
): Promise<UserRow | undefined> {
  return isSid('US', sidOrIdentity)
    ? findUserBySid(db, serviceId, sidOrIdentity)
    : findUser(db, serviceId, sidOrIdentity);
}

/** Users of the service, by id: the order in which they came. */
export function listUsers(db: ReadDb, serviceId: number, { order, from, limit }: KeyRange): Promise<UserWithRole[]> {
  let query = db
    .selectFrom('users')
    .innerJoin('roles', 'roles.id', 'users.role_id')
    .selectAll('users')
    .select('roles.sid as role_sid')
    .where('users.service_id', '=', serviceId)
    .where('users.deleted_at', 'is', null);
  if (from !== undefined) query = query.where('users.id', order === 'asc' ? '>=' : '<=', from);
  return query.orderBy('users.id', order).limit(limit).execute();
}

/** The user's row with the SID of the role that it names. */
export async function withRole(db: ReadDb, row: UserRow): Promise<UserWithRole> {
  const role = await db.selectFrom('roles').select('sid').where('id', '=', row.role_id).executeTakeFirstOrThrow();
  return { ...row, role_sid: role.sid };
}
