import { appendAccountEvent } from '../account/append-account-event.ts';
import { requireAccount } from '../account/require-main.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Command } from '../command.ts';
import { invalidParameter } from '../errors.ts';
import { checkText } from '../text.ts';
import { appendSessionEnd, filterColumns } from './append-session-end.ts';
import type { SessionFilter } from './session-filter.ts';

/**
 * Ends the SDK sessions of the account that match, on every node: those that are logged in when it commits, and not what comes later.
 * Refuses (20001) a filter that names nothing, which would end them all.
 */
export const endSessions: Command<SessionFilter, SessionFilter, void> = {
  name: 'endSessions',
  evenOnFullDisk: true,
  prepare(_context, filter) {
    if (Object.values(filter).every((value) => value === undefined)) {
      throw invalidParameter(
        'Say which sessions to end: give at least one of Identity, ApiKeySid, TokenId, ServiceSid.',
      );
    }
    for (const [name, text] of [
      ['Identity', filter.identity],
      ['TokenId', filter.tokenId],
    ] as const) {
      if (text !== undefined) checkText(name, text);
    }
    return filter;
  },
  async transact(context, filter) {
    const actor = requireAccount(context.actor);
    const { account, credentialSid } = actor;
    await appendSessionEnd(context, actor, filter, undefined);
    const { connection_id, ...named } = filterColumns(filter);
    await recordAudit(context, { action: 'sessions.ended', subjectSid: account.sid, after: named });
    await appendAccountEvent(context, 'sessions.ended', { sid: account.sid, ...named, credential: credentialSid });
  },
};
