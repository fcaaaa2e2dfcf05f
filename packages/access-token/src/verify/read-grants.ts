import { identityFault } from '../shared/identity.ts';
import { describeSid, isSid } from '../shared/sid.ts';
import { isJsonObject, type JsonObject, own } from './json-object.ts';
import { TokenRefusal } from './token-refusal.ts';

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

export interface GrantClaims {
  readonly chat: ChatGrantClaims;
  readonly dataSync?: SyncGrantClaims;
}

/** Who the token is for and what they may use. */
export interface IdentityAndGrants {
  readonly identity: string;
  readonly grants: GrantClaims;
}

/**
 * Reads `grants` (access tokens 1): the identity and the chat grant, without which there is no Conversations client.
 * Grants of other products are not looked at. Optional members may be `null`.
 *
 * @throws {TokenRefusal} 20106
 */
export function readGrants(payload: JsonObject): IdentityAndGrants {
  const grants = own(payload, 'grants');
  if (!isJsonObject(grants)) throw wrong('grants is missing or not an object');
  const identity = readIdentity(grants);
  const chat = readChat(grants);
  const dataSync = own(grants, 'data_sync');
  return { identity, grants: dataSync === undefined ? { chat } : { chat, dataSync: readSync(dataSync) } };
}

function readIdentity(grants: JsonObject): string {
  const identity = own(grants, 'identity');
  const fault = identityFault(identity);
  if (fault !== undefined || typeof identity !== 'string') throw wrong(fault?.message ?? 'identity is not text');
  return identity;
}

function readChat(grants: JsonObject): ChatGrantClaims {
  // Tokens of the first chat release name the same grant ip_messaging (access tokens 1).
  const chat = own(grants, 'chat') ?? own(grants, 'ip_messaging');
  if (!isJsonObject(chat)) throw wrong('there is no chat grant, or it is not an object');
  const serviceSid = own(chat, 'service_sid');
  if (!isSid('IS', serviceSid)) throw wrong(`service_sid of the chat grant is not ${describeSid('IS')}`);
  const deploymentRoleSid = text(chat, 'deployment_role_sid');
  // The role says what the user may do, so that an unreadable one must not mean the default one.
  if (deploymentRoleSid !== undefined && !isSid('RL', deploymentRoleSid)) {
    throw wrong(`deployment_role_sid of the chat grant is not ${describeSid('RL')}`);
  }
  const pushCredentialSid = text(chat, 'push_credential_sid');
  const endpointId = text(chat, 'endpoint_id');
  return {
    serviceSid,
    ...(deploymentRoleSid !== undefined && { deploymentRoleSid }),
    ...(pushCredentialSid !== undefined && { pushCredentialSid }),
    ...(endpointId !== undefined && { endpointId }),
  };
}

function readSync(grant: unknown): SyncGrantClaims {
  if (!isJsonObject(grant)) throw wrong('the data_sync grant is not an object');
  const serviceSid = text(grant, 'service_sid');
  const endpointId = text(grant, 'endpoint_id');
  return {
    ...(serviceSid !== undefined && { serviceSid }),
    ...(endpointId !== undefined && { endpointId }),
  };
}

function text(grant: JsonObject, name: string): string | undefined {
  const value = own(grant, name);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw wrong(`${name} is not a string`);
  return value;
}

function wrong(reason: string): TokenRefusal {
  return new TokenRefusal(20106, reason);
}
