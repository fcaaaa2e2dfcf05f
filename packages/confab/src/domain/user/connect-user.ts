import type { UserRow } from '../../store/seam.ts';
import type { ServiceRef } from '../actor.ts';
import type { Command } from '../command.ts';
import { findRole } from '../role/find-role.ts';
import { checkIdentity } from '../text.ts';
import { ensureUser } from './ensure-user.ts';

export interface ConnectUserInput {
  service: ServiceRef;
  identity: string;
  /** The token's `deployment_role_sid`. */
  roleSid?: string | undefined;
}

/**
 * Makes the user of a first connection. The role that the token names is taken for a new user only, and only if it is a service role
 * of this service (access tokens 1).
 */
export const connectUser: Command<ConnectUserInput, ConnectUserInput, UserRow> = {
  name: 'connectUser',
  origin: () => ({ source: 'SDK', webhooks: true }),
  prepare({ limits }, input) {
    checkIdentity(input.identity, limits.identityCharacters);
    return input;
  },
  async transact({ db, now }, { service, identity, roleSid }) {
    const role = roleSid === undefined ? undefined : await findRole(db, service.id, roleSid);
    const roleId = role?.type === 'service' ? role.id : undefined;
    return ensureUser(db, { service, identity, roleId, actor: identity, now });
  },
};
