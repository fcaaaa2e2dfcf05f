import type { Selectable } from 'kysely';
import type { ReadDb, RoleTable, RoleType } from '../../store/seam.ts';
import { DomainError } from '../errors.ts';

export type RoleRow = Selectable<RoleTable>;

/** A role of the service, by SID. */
export function findRole(db: ReadDb, serviceId: number, sid: string): Promise<RoleRow | undefined> {
  return db
    .selectFrom('roles')
    .selectAll()
    .where('sid', '=', sid)
    .where('service_id', '=', serviceId)
    .executeTakeFirst();
}

/** A role of the service that can be given to a user (`service`) or a participant (`conversation`); 50100, 50109 or 50105. */
export async function requireRole(
  db: ReadDb,
  serviceId: number,
  sid: string,
  type: RoleType,
  parameter = 'RoleSid',
): Promise<RoleRow> {
  const role = await findRole(db, serviceId, sid);
  if (role === undefined) {
    throw new DomainError(type === 'conversation' ? 50109 : 50100, 404, `Role ${sid} not found`, parameter);
  }
  if (role.type !== type) {
    throw new DomainError(
      50105,
      400,
      `${parameter} must be a ${type} role, and ${sid} is a ${role.type} role.`,
      parameter,
    );
  }
  return role;
}
