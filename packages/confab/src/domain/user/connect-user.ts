import type { UserRow } from '../../store/seam.ts';
import type { ServiceRef } from '../actor.ts';
import type { Command } from '../command.ts';
import { checkIdentity } from '../text.ts';
import { ensureUser } from './ensure-user.ts';

export interface ConnectUserInput {
  service: ServiceRef;
  identity: string;
  /** The token's `deployment_role_sid`. */
  roleSid?: string | undefined;
}

interface Plan extends ConnectUserInput {
  roleId?: number | undefined;
}

/**
 * Makes the user of a first connection. The role that the token names is taken for a new user only, and only if it is a service role
 * of this service (access tokens 1).
 */
export const connectUser: Command<ConnectUserInput, Plan, UserRow> = {
  name: 'connectUser',
  async prepare({ read, limits }, input) {
    checkIdentity(input.identity, limits.identityCharacters);
    if (input.roleSid === undefined) return input;
    const role = await read
      .selectFrom('roles')
      .select('id')
      .where('sid', '=', input.roleSid)
      .where('service_id', '=', input.service.id)
      .where('type', '=', 'service')
      .executeTakeFirst();
    return { ...input, roleId: role?.id };
  },
  transact: ({ db, now }, { service, identity, roleId }) =>
    ensureUser(db, { service, identity, roleId, actor: identity, now }),
};
