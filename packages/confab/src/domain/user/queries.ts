import { isSid } from '../../sid.ts';
import type { ReadDb, UserRow } from '../../store/seam.ts';
import { type Param, statement } from '../../store/seam.ts';

const findByIdentity = statement((db: ReadDb, p: Param<{ service_id: number; identity: string }>) =>
  db.selectFrom('users').selectAll().where('service_id', '=', p('service_id')).where('identity', '=', p('identity')),
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
    .executeTakeFirst();
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
