import { AccessTokenError } from './access-token-error.ts';
import { checkSid } from './check-arguments.ts';

/** What a chat client may use: one Conversation Service, and optionally a role, a push credential, an endpoint id. */
export interface ChatGrantOptions {
  /** The Conversation Service that the client joins (`IS…`). */
  serviceSid: string;
  /** Service-level role of the user (`RL…`). */
  deploymentRoleSid?: string | undefined;
  /** Credential for push registrations of this client (`CR…`). */
  pushCredentialSid?: string | undefined;
  /** Device session, as the first chat release named it. Today's SDKs do not need it. */
  endpointId?: string | undefined;
}

/** What a Sync client may use. */
export interface SyncGrantOptions {
  /** The Sync Service (`IS…`). */
  serviceSid: string;
  endpointId?: string | undefined;
}

/** The grants of a token, at least one of them. */
export interface GrantOptions {
  chat?: ChatGrantOptions | undefined;
  dataSync?: SyncGrantOptions | undefined;
}

interface GrantMembers {
  service_sid: string;
  endpoint_id?: string;
  deployment_role_sid?: string;
  push_credential_sid?: string;
}

/** The `grants` claim (access tokens 1). */
export interface GrantsClaim {
  identity: string;
  chat?: GrantMembers;
  data_sync?: GrantMembers;
}

/** Checks the grants and writes them as the claim has them: identity first, absent members left out. */
export function grantsClaim(identity: string, grants: GrantOptions): GrantsClaim {
  checkObject(grants, 'grants');
  const claim: GrantsClaim = { identity };
  if (grants.chat !== undefined) claim.chat = chatMembers(grants.chat);
  if (grants.dataSync !== undefined) claim.data_sync = syncMembers(grants.dataSync);
  for (const name of Object.keys(grants)) if (name !== 'chat' && name !== 'dataSync') throw unknownGrant(name);
  if (claim.chat === undefined && claim.data_sync === undefined) throw missingGrant();
  return claim;
}

function chatMembers(grant: ChatGrantOptions): GrantMembers {
  checkObject(grant, 'grants.chat');
  const { serviceSid, endpointId, deploymentRoleSid, pushCredentialSid } = grant;
  checkSid('IS', serviceSid, 'invalid_service_sid', 'grants.chat.serviceSid');
  const members: GrantMembers = { service_sid: serviceSid };
  if (endpointId !== undefined) {
    checkEndpointId(endpointId, 'grants.chat.endpointId');
    members.endpoint_id = endpointId;
  }
  if (deploymentRoleSid !== undefined) {
    checkSid('RL', deploymentRoleSid, 'invalid_deployment_role_sid', 'grants.chat.deploymentRoleSid');
    members.deployment_role_sid = deploymentRoleSid;
  }
  if (pushCredentialSid !== undefined) {
    checkSid('CR', pushCredentialSid, 'invalid_push_credential_sid', 'grants.chat.pushCredentialSid');
    members.push_credential_sid = pushCredentialSid;
  }
  return members;
}

function syncMembers(grant: SyncGrantOptions): GrantMembers {
  checkObject(grant, 'grants.dataSync');
  const { serviceSid, endpointId } = grant;
  checkSid('IS', serviceSid, 'invalid_service_sid', 'grants.dataSync.serviceSid');
  const members: GrantMembers = { service_sid: serviceSid };
  if (endpointId !== undefined) {
    checkEndpointId(endpointId, 'grants.dataSync.endpointId');
    members.endpoint_id = endpointId;
  }
  return members;
}

function checkEndpointId(value: unknown, argument: string): void {
  if (typeof value === 'string' && value !== '' && value.isWellFormed()) return;
  throw new AccessTokenError('invalid_endpoint_id', argument, `${argument} must be a non-empty string, or left out`);
}

function checkObject(value: unknown, argument: string): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  const message = `${argument} must be an object, for example { chat: { serviceSid: 'IS…' } } as grants`;
  throw new AccessTokenError('invalid_grants', argument, message);
}

function unknownGrant(name: string): AccessTokenError {
  return new AccessTokenError('unknown_grant', `grants.${name}`, 'grants knows the names chat and dataSync only');
}

function missingGrant(): AccessTokenError {
  const message = "grants is empty; give at least one grant, for example { chat: { serviceSid: 'IS…' } }";
  return new AccessTokenError('missing_grant', 'grants', message);
}
