import { grantObject, textMembers, wrongGrant } from './grant-members.ts';
import { type JsonObject, own } from './json-object.ts';
import { TokenRefusal } from './token-refusal.ts';

/** Which video room the client may enter: the one that is named, or any when none is. */
export interface VideoGrantClaims {
  readonly room?: string;
}

/** Which calls the client may take and place. */
export interface VoiceGrantClaims {
  readonly incomingAllow: boolean;
  readonly outgoingApplicationSid?: string;
  readonly outgoingApplicationParams?: JsonObject;
  readonly pushCredentialSid?: string;
  readonly endpointId?: string;
}

export interface TaskRouterGrantClaims {
  readonly workspaceSid?: string;
  readonly workerSid?: string;
  readonly role?: string;
}

/** The legacy video product's. */
export interface ConversationsGrantClaims {
  readonly configurationProfileSid?: string;
}

/** Grants of products that Confab does not have, as the token says them. */
export interface OtherGrantClaims {
  readonly video?: VideoGrantClaims;
  readonly voice?: VoiceGrantClaims;
  readonly taskRouter?: TaskRouterGrantClaims;
  readonly player?: JsonObject;
  readonly rtc?: ConversationsGrantClaims;
}

const VIDEO = { room: 'room' };
const VOICE = { pushCredentialSid: 'push_credential_sid', endpointId: 'endpoint_id' };
const OUTGOING = { outgoingApplicationSid: 'application_sid' };
const TASK_ROUTER = { workspaceSid: 'workspace_sid', workerSid: 'worker_sid', role: 'role' };
const RTC = { configurationProfileSid: 'configuration_profile_sid' };

/**
 * Reads the grants of other products. They are none of a chat server's business, so that one which cannot be read does not
 * make the token bad: it grants nothing, and is left out.
 */
export function readOtherGrants(grants: JsonObject): OtherGrantClaims {
  const video = read(grants, 'video', (grant) => textMembers(grant, VIDEO));
  const voice = read(grants, 'voice', readVoice);
  const taskRouter = read(grants, 'task_router', (grant) => textMembers(grant, TASK_ROUTER));
  const player = read(grants, 'player', (grant) => grant);
  const rtc = read(grants, 'rtc', (grant) => textMembers(grant, RTC));
  return {
    ...(video !== undefined && { video }),
    ...(voice !== undefined && { voice }),
    ...(taskRouter !== undefined && { taskRouter }),
    ...(player !== undefined && { player }),
    ...(rtc !== undefined && { rtc }),
  };
}

function read<Claims>(grants: JsonObject, key: string, readMembers: (grant: JsonObject) => Claims): Claims | undefined {
  const grant = own(grants, key);
  if (grant === undefined) return undefined;
  try {
    return readMembers(grantObject(grant, key));
  } catch (error) {
    if (error instanceof TokenRefusal) return undefined;
    throw error;
  }
}

function readVoice(grant: JsonObject): VoiceGrantClaims {
  const incoming = own(grant, 'incoming');
  const allow = incoming === undefined ? false : own(grantObject(incoming, 'incoming'), 'allow');
  if (typeof allow !== 'boolean') throw wrongGrant('allow is not true or false');
  return { incomingAllow: allow, ...readOutgoing(own(grant, 'outgoing')), ...textMembers(grant, VOICE) };
}

function readOutgoing(
  outgoing: unknown,
): Pick<VoiceGrantClaims, 'outgoingApplicationSid' | 'outgoingApplicationParams'> {
  if (outgoing === undefined) return {};
  const members = grantObject(outgoing, 'outgoing');
  const params = own(members, 'params');
  return {
    ...textMembers(members, OUTGOING),
    ...(params !== undefined && { outgoingApplicationParams: grantObject(params, 'params') }),
  };
}
