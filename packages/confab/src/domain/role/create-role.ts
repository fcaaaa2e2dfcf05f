import { appendEvent, type RoleType } from '../../store/seam.ts';
import { requireAccount } from '../account/require-main.ts';
import { nameOf, type ServiceRef } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Command } from '../command.ts';
import { DomainError } from '../errors.ts';
import { perService } from '../rates.ts';
import { requireLiveService } from '../service/require-live-service.ts';
import { checkLength } from '../text.ts';
import type { RoleRow } from './find-role.ts';
import { insertRole } from './insert-role.ts';
import { checkPermissions } from './permissions.ts';

export interface CreateRoleInput {
  service: ServiceRef;
  friendlyName: string;
  type: RoleType;
  permissions: readonly string[];
}

/** Makes a role, which nobody has yet. 50104 for a permission that is none of its type. For account credentials. */
export const createRole: Command<CreateRoleInput, CreateRoleInput, RoleRow> = {
  name: 'createRole',
  rate: perService,
  prepare({ actor, limits }, input) {
    requireAccount(actor);
    if (input.friendlyName === '') throw new DomainError(50000, 400, 'FriendlyName must not be empty.', 'FriendlyName');
    checkLength('FriendlyName', input.friendlyName, limits.roleFriendlyNameCharacters, 50003);
    checkPermissions(input.permissions, input.type);
    return input;
  },
  async transact(context, { service, friendlyName, type, permissions }) {
    const { actor, db, now } = context;
    await requireLiveService(db, service);
    const row = await insertRole(db, service.id, { friendlyName, type, permissions }, now);
    const after = { friendly_name: friendlyName, type, permissions: JSON.parse(row.permissions) };
    await recordAudit(context, { action: 'role.added', subjectSid: row.sid, after });
    await appendEvent(db, {
      service_id: service.id,
      kind: 'role.added',
      subject_sid: row.sid,
      actor: nameOf(actor),
      payload: JSON.stringify({ sid: row.sid, friendly_name: friendlyName, type, permissions: row.permissions }),
      created_at: now,
    });
    return row;
  },
};
