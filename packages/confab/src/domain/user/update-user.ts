import { appendEvent, LostRaceError, type UserInfoKey, type UserRow, type WriteDb } from '../../store/seam.ts';
import { type Actor, nameOf, type ServiceRef } from '../actor.ts';
import type { Command } from '../command.ts';
import { DomainError, notFound } from '../errors.ts';
import { perService } from '../rates.ts';
import { requireRole } from '../role/find-role.ts';
import { requireServicePermission } from '../role/require-permission.ts';
import { checkAttributes, checkLength } from '../text.ts';
import { userFacts } from './facts.ts';
import { findUserBySidOrIdentity, withRole } from './queries.ts';

export interface UpdateUserInput {
  service: ServiceRef;
  sidOrIdentity: string;
  /** Absent: stays as it is. */
  friendlyName?: string | undefined;
  attributes?: string | undefined;
  /** A service role; for account credentials only (50205). */
  roleSid?: string | undefined;
}

/**
 * Changes a user's friendly name, attributes or service role. SDK users need `editOwnUserInfo` for themselves and `editAnyUserInfo` for
 * others. A new role counts at once, on every node.
 */
export const updateUser: Command<UpdateUserInput, UpdateUserInput, UserRow> = {
  name: 'updateUser',
  rate: perService,
  prepare({ actor, limits }, input) {
    const { friendlyName, attributes, roleSid } = input;
    if (roleSid !== undefined && actor.kind === 'user') {
      throw new DomainError(50205, 403, 'A user may not set the role of a user.', 'RoleSid');
    }
    if (friendlyName !== undefined) checkLength('FriendlyName', friendlyName, limits.userFriendlyNameCharacters, 50003);
    return {
      ...input,
      attributes: attributes === undefined ? undefined : checkAttributes(attributes, limits.userAttributesBytes),
    };
  },
  preAction: {
    event: 'onUserUpdate',
    service: ({ service }) => service,
    async tell({ read }, { service, sidOrIdentity, friendlyName, attributes, roleSid }) {
      const found = await findUserBySidOrIdentity(read, service.id, sidOrIdentity);
      if (found === undefined) return undefined;
      const row = await withRole(read, found);
      return userFacts({
        ...row,
        friendly_name: friendlyName ?? row.friendly_name,
        attributes: attributes ?? row.attributes,
        role_sid: roleSid ?? row.role_sid,
      });
    },
  },
  async transact({ actor, db, changes, rechecks, now }, { service, sidOrIdentity, friendlyName, attributes, roleSid }) {
    const user = await findUserBySidOrIdentity(db, service.id, sidOrIdentity);
    await requireMayEdit(db, actor, user);
    if (user === undefined) throw notFound(`Users/${sidOrIdentity}`);
    const role = roleSid === undefined ? undefined : await requireRole(db, service.id, roleSid, 'service');
    const keys: UserInfoKey[] = [];
    if (friendlyName !== undefined) keys.push('friendlyName');
    if (attributes !== undefined) keys.push('attributes');

    // Each changed item is an event of its own; the ids are claimed together, in the order of the items.
    const claimed = await db
      .updateTable('users')
      .set((eb) => ({ info_event: eb('info_event', '+', keys.length), updated_at: now }))
      .where('id', '=', user.id)
      .where('deleted_at', 'is', null)
      .returning('info_event')
      .executeTakeFirst();
    if (claimed === undefined) throw new LostRaceError('The user was deleted in the meantime.');
    const last = claimed.info_event;
    const eventOf = (key: UserInfoKey): number => last - keys.length + 1 + keys.indexOf(key);
    const row = await db
      .updateTable('users')
      .set({
        ...(friendlyName !== undefined && {
          friendly_name: friendlyName || null,
          friendly_name_event: eventOf('friendlyName'),
        }),
        ...(attributes !== undefined && { attributes, attributes_event: eventOf('attributes') }),
        ...(role !== undefined && { role_id: role.id }),
        updated_at: now,
      })
      .where('id', '=', user.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    const ref = { sid: row.sid, service_sid: service.sid };
    for (const key of keys) {
      changes.push({ object: 'user_info', action: 'updated', event: eventOf(key), at: now, user: ref, key, row });
    }
    if (role !== undefined) rechecks.push({ of: 'user', sid: row.sid });
    await appendEvent(db, {
      service_id: service.id,
      kind: 'user.updated',
      subject_sid: row.sid,
      actor: nameOf(actor),
      payload: JSON.stringify(userFacts(await withRole(db, row))),
      created_at: now,
    });
    return row;
  },
};

async function requireMayEdit(db: WriteDb, actor: Actor, user: UserRow | undefined): Promise<void> {
  if (actor.kind !== 'user') return;
  await requireServicePermission(db, actor, user?.id === actor.user.id ? 'editOwnUserInfo' : 'editAnyUserInfo');
}
