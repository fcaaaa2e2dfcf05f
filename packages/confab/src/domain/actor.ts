import type { Policy } from './api-key/policy.ts';

/** The service in which something happens, as far as commands and views need it. */
export interface ServiceRef {
  id: number;
  sid: string;
  account_sid: string;
}

/** A caller with the account's own credentials: roles do not bind it (REST API 7). */
export interface AccountActor {
  kind: 'account';
  account: { id: number; sid: string; default_service_id: number | null };
  /** SID of the credential: the account's, for its auth token, or an API key's. `cli` for the operator at the command line. */
  credentialSid: string;
  /** Where the request came from, if it is one. */
  address?: string | undefined;
  /** False for keys that may not touch accounts and keys. */
  main: boolean;
  /** What a Restricted key may do. Absent: the credentials are not restricted. */
  policy?: Policy;
}

/** A person on an SDK connection, bound by the permissions of their roles. */
export interface UserActor {
  kind: 'user';
  service: ServiceRef;
  user: { id: number; sid: string; identity: string };
}

/** The server itself, when it does what is due. */
export interface SystemActor {
  kind: 'system';
}

export const SYSTEM_ACTOR: SystemActor = { kind: 'system' };

export type Actor = AccountActor | UserActor | SystemActor;

/** The name of what account credentials and the server itself do (lifecycle 5). Nothing keeps a user from being called the same. */
export const SYSTEM = 'system';

/** How an actor is named where a change is attributed: `created_by`, the event log (lifecycle 5). */
export function nameOf(actor: Actor): string {
  return actor.kind === 'user' ? actor.user.identity : SYSTEM;
}
