import { newSid } from '../../sid.ts';
import type { RoleType, WriteDb } from '../../store/seam.ts';
import type { RoleRow } from './find-role.ts';

export interface NewRole {
  friendlyName: string;
  type: RoleType;
  permissions: readonly string[];
}

/** Inserts a role. A permission that is given twice counts once. */
export function insertRole(db: WriteDb, serviceId: number, role: NewRole, now: number): Promise<RoleRow> {
  return db
    .insertInto('roles')
    .values({
      sid: newSid('RL', now),
      service_id: serviceId,
      friendly_name: role.friendlyName,
      type: role.type,
      permissions: JSON.stringify([...new Set(role.permissions)]),
      created_at: now,
      updated_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}
