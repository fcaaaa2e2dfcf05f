import { appendEvent, type WriteDb } from '../../store/seam.ts';
import { requireAccount } from '../account/require-main.ts';
import { nameOf, type ServiceRef } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Command } from '../command.ts';
import { invalidParameter, notFound } from '../errors.ts';
import { perService } from '../rates.ts';
import { lockService } from '../service/lock-service.ts';
import { findRole } from './find-role.ts';

export interface DeleteRoleInput {
  service: ServiceRef;
  roleSid: string;
}

/**
 * Deletes a role. Refuses (20001) one that is a default of the service, and one that a user or participant has: nobody loses their rights by
 * it. For account credentials.
 */
export const deleteRole: Command<DeleteRoleInput, DeleteRoleInput, void> = {
  name: 'deleteRole',
  evenOnFullDisk: true,
  rate: perService,
  prepare({ actor }, input) {
    requireAccount(actor);
    return input;
  },
  async transact(context, { service, roleSid }) {
    const { actor, db, now } = context;
    const defaults = await lockService(db, service);
    const role = await findRole(db, service.id, roleSid);
    if (role === undefined) throw notFound(`Roles/${roleSid}`);
    if (Object.values(defaults).includes(role.id)) {
      throw invalidParameter(`Role ${roleSid} is a default role of the service. Make another one the default first.`);
    }
    await dropDeletedHolders(db, role.id, defaults.serviceRoleId);
    if (await isHeld(db, role.id)) {
      throw invalidParameter(`Role ${roleSid} is in use. Give its users and participants another one first.`);
    }
    await db.deleteFrom('roles').where('id', '=', role.id).execute();
    const before = { friendly_name: role.friendly_name, permissions: JSON.parse(role.permissions) };
    await recordAudit(context, { action: 'role.removed', subjectSid: role.sid, before });
    await appendEvent(db, {
      service_id: service.id,
      kind: 'role.removed',
      subject_sid: role.sid,
      actor: nameOf(actor),
      payload: JSON.stringify({ sid: role.sid, friendly_name: role.friendly_name, removed_at: now }),
      created_at: now,
    });
  },
};

/** Deleted users have no rights, but still a row for a while, which names a role. */
async function dropDeletedHolders(db: WriteDb, roleId: number, otherRoleId: number): Promise<void> {
  await db
    .updateTable('users')
    .set({ role_id: otherRoleId })
    .where('role_id', '=', roleId)
    .where('deleted_at', 'is not', null)
    .execute();
}

async function isHeld(db: WriteDb, roleId: number): Promise<boolean> {
  for (const table of ['users', 'participants'] as const) {
    const holder = await db.selectFrom(table).select('id').where('role_id', '=', roleId).limit(1).executeTakeFirst();
    if (holder !== undefined) return true;
  }
  return false;
}
