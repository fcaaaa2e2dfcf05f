import { identityFault } from '../shared/identity.ts';
import { describeSid, isSid } from '../shared/sid.ts';
import { grantObject, textMembers, wrongGrant } from './grant-members.ts';
import { isJsonObject, type JsonObject, own } from './json-object.ts';
import { type OtherGrantClaims, readOtherGrants } from './read-other-grants.ts';

/** What the token lets a chat client use. The SIDs have the right shape; whether they exist is the caller's question. */
export interface ChatGrantClaims {
  readonly serviceSid: string;
  /** Service role of the user (`RL…`). */
  readonly deploymentRoleSid?: string;
  /** Any text: it is looked up when a push binding is registered. */
  readonly pushCredentialSid?: string;
  readonly endpointId?: string;
}

/** What the token lets a Sync client use, as the token says it. */
export interface SyncGrantClaims {
  readonly serviceSid?: string;
  readonly endpointId?: string;
}

export interface GrantClaims extends OtherGrantClaims {
  readonly chat: ChatGrantClaims;
  readonly dataSync?: SyncGrantClaims;
}

/** Who the token is for and what they may use. */
export interface IdentityAndGrants {
  readonly identity: string;
  readonly grants: GrantClaims;
}

const CHAT = {
  deploymentRoleSid: 'deployment_role_sid',
  pushCredentialSid: 'push_credential_sid',
  endpointId: 'endpoint_id',
};
const SYNC = { serviceSid: 'service_sid', endpointId: 'endpoint_id' };

/**
 * Reads `grants` (access tokens 1): the identity and the chat grant, without which there is no Conversations client, and
 * what else there is. Optional members may be `null`.
 *
 * @throws {TokenRefusal} 20106
 */
export function readGrants(payload: JsonObject): IdentityAndGrants {
  const grants = own(payload, 'grants');
  if (!isJsonObject(grants)) throw wrongGrant('grants is missing or not an object');
  const identity = readIdentity(grants);
  const chat = readChat(grants);
  const dataSync = own(grants, 'data_sync');
  const sync = dataSync === undefined ? {} : { dataSync: textMembers(grantObject(dataSync, 'data_sync'), SYNC) };
  return { identity, grants: { chat, ...sync, ...readOtherGrants(grants) } };
}

function readIdentity(grants: JsonObject): string {
  const identity = own(grants, 'identity');
  const fault = identityFault(identity);
  if (fault !== undefined || typeof identity !== 'string') throw wrongGrant(fault?.message ?? 'identity is not text');
  return identity;
}

function readChat(grants: JsonObject): ChatGrantClaims {
  // Tokens of the first chat release name the same grant ip_messaging (access tokens 1).
  const chat = own(grants, 'chat') ?? own(grants, 'ip_messaging');
  if (!isJsonObject(chat)) throw wrongGrant('there is no chat grant, or it is not an object');
  const serviceSid = own(chat, 'service_sid');
  if (!isSid('IS', serviceSid)) throw wrongGrant(`service_sid of the chat grant is not ${describeSid('IS')}`);
  const members = textMembers(chat, CHAT);
  // The role says what the user may do, so that an unreadable one must not mean the default one.
  if (members.deploymentRoleSid !== undefined && !isSid('RL', members.deploymentRoleSid)) {
    throw wrongGrant(`deployment_role_sid of the chat grant is not ${describeSid('RL')}`);
  }
  return { serviceSid, ...members };
}
