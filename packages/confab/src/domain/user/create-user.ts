import type { UserRow } from '../../store/seam.ts';
import { requireAccount } from '../account/require-main.ts';
import { nameOf, type ServiceRef } from '../actor.ts';
import type { Command } from '../command.ts';
import { DomainError } from '../errors.ts';
import { perService } from '../rates.ts';
import { requireRole } from '../role/find-role.ts';
import { checkAttributes, checkIdentity, checkLength } from '../text.ts';
import { insertUser } from './ensure-user.ts';

export interface CreateUserInput {
  service: ServiceRef;
  identity: string;
  /** The identity when absent; none when empty. */
  friendlyName?: string | undefined;
  attributes?: string | undefined;
  /** A service role; the service's default when absent. */
  roleSid?: string | undefined;
}

/** Makes a user before their first connection. 50201 when there is one with this identity. For account credentials. */
export const createUser: Command<CreateUserInput, CreateUserInput, UserRow> = {
  name: 'createUser',
  rate: perService,
  prepare({ actor, limits }, input) {
    requireAccount(actor);
    const { identity, friendlyName } = input;
    checkIdentity(identity, limits.identityCharacters);
    if (friendlyName !== undefined) checkLength('FriendlyName', friendlyName, limits.userFriendlyNameCharacters, 50003);
    return { ...input, attributes: checkAttributes(input.attributes, limits.userAttributesBytes) };
  },
  async transact({ actor, db, now }, { service, identity, friendlyName, attributes, roleSid }) {
    const role = roleSid === undefined ? undefined : await requireRole(db, service.id, roleSid, 'service');
    const row = await insertUser(db, {
      service,
      identity,
      ...(friendlyName !== undefined && { friendlyName: friendlyName || null }),
      attributes,
      roleId: role?.id,
      actor: nameOf(actor),
      now,
    });
    if (row === undefined)
      throw new DomainError(50201, 409, `User with identity ${identity} already exists`, 'Identity');
    return row;
  },
};
