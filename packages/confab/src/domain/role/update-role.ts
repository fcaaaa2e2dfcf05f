import { appendEvent } from '../../store/seam.ts';
import { requireAccount } from '../account/require-main.ts';
import { nameOf, type ServiceRef } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Command } from '../command.ts';
import { DomainError } from '../errors.ts';
import { perService } from '../rates.ts';
import { findRole, type RoleRow } from './find-role.ts';
import { checkPermissions } from './permissions.ts';

export interface UpdateRoleInput {
  service: ServiceRef;
  roleSid: string;
  /** The whole list: an update replaces it (REST API 7). */
  permissions: readonly string[];
}

/** Replaces the permissions of a role; 50104 for what is none of its type. What its holders may do changes at once, on every node. For account credentials. */
export const updateRole: Command<UpdateRoleInput, UpdateRoleInput, RoleRow> = {
  name: 'updateRole',
  rate: perService,
  prepare({ actor }, input) {
    requireAccount(actor);
    checkPermissions(input.permissions);
    return input;
  },
  async transact(context, { service, roleSid, permissions }) {
    const { actor, db, rechecks, now } = context;
    const role = await findRole(db, service.id, roleSid);
    if (role === undefined) throw new DomainError(50100, 404, `Role ${roleSid} not found`);
    checkPermissions(permissions, role.type);
    const row = await db
      .updateTable('roles')
      .set({ permissions: JSON.stringify([...new Set(permissions)]), updated_at: now })
      .where('id', '=', role.id)
      .returningAll()
      .executeTakeFirst();
    // Its service is being purged.
    if (row === undefined) throw new DomainError(50100, 404, `Role ${roleSid} not found`);
    await recordAudit(context, {
      action: 'role.updated',
      subjectSid: row.sid,
      before: { permissions: JSON.parse(role.permissions) },
      after: { permissions: JSON.parse(row.permissions) },
    });
    rechecks.push({ of: 'service', sid: service.sid });
    await appendEvent(db, {
      service_id: service.id,
      kind: 'role.updated',
      subject_sid: row.sid,
      actor: nameOf(actor),
      payload: JSON.stringify({ sid: row.sid, before: role.permissions, after: row.permissions }),
      created_at: now,
    });
    return row;
  },
};
