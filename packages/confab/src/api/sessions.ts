import { endSessions, type SessionFilter } from '../domain/index.ts';
import type { LiveSession } from './context.ts';
import { isoSeconds } from './dates.ts';
import { accountOperation, type Call } from './operation.ts';
import { type ParamValues, sid, text } from './params.ts';

/** Sessions in one answer: a node can have many thousand. The filters reach the others. */
export const LISTED = 1000;

/** Which sessions are meant: all that match every given one. */
export const SESSION_FILTERS = { Identity: text, ApiKeySid: sid('SK'), TokenId: text, ServiceSid: sid('IS') };

/** The live SDK connections of this node. Not of the original service. */
export const sessionOperations = [
  accountOperation({
    id: 'ListSession',
    root: '/confab/v1',
    method: 'GET',
    path: '/Sessions',
    status: 200,
    params: SESSION_FILTERS,
    async handle(call, given) {
      const sessions = sessionsOf(call, given);
      return { total: sessions.length, sessions: sessions.slice(0, LISTED).map(sessionView) };
    },
  }),
  accountOperation({
    id: 'EndSessions',
    root: '/confab/v1',
    method: 'POST',
    path: '/Sessions/End',
    status: 200,
    repeatable: true,
    params: SESSION_FILTERS,
    async handle(call, given) {
      // On every node; of the others it is not known here how many they have.
      const here = sessionsOf(call, given);
      await call.context.execute(endSessions, call.actor, sessionFilterOf(given));
      return { ended: here.length };
    },
  }),
];

/** Those of the caller's account only, whatever is asked for. */
function sessionsOf({ context, actor }: Call, given: ParamValues<typeof SESSION_FILTERS>): LiveSession[] {
  return context.sessions(sessionFilterOf(given)).filter(({ accountSid }) => accountSid === actor.account.sid);
}

export function sessionFilterOf(given: ParamValues<typeof SESSION_FILTERS>): SessionFilter {
  const { Identity: identity, ApiKeySid: apiKeySid, TokenId: tokenId, ServiceSid: serviceSid } = given;
  return { identity, apiKeySid, tokenId, serviceSid };
}

export function sessionView(session: LiveSession) {
  return {
    connection_id: session.connectionId,
    account_sid: session.accountSid,
    chat_service_sid: session.serviceSid,
    user_sid: session.userSid,
    identity: session.identity,
    api_key_sid: session.apiKeySid,
    token_id: session.tokenId ?? null,
    sdk: session.sdk,
    connected_at: isoSeconds(session.connectedAt),
    token_expires_at: isoSeconds(session.tokenExpiresAt * 1000),
  };
}
