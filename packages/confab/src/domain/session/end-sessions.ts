import { appendAccountEvent } from '../account/append-account-event.ts';
import { requireAccount } from '../account/require-main.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Command } from '../command.ts';
import { invalidParameter } from '../errors.ts';
import { checkText } from '../text.ts';
import type { SessionFilter } from './session-filter.ts';

/**
 * Ends the SDK sessions of the account that match, on every node: those that are logged in when it commits, and not what comes later. The
 * end is a row that each node applies to its own sessions, so that a lost hint only delays it (invariant 4). Numbered under the lock of
 * the account: a session that knows a number knows all below it. Refuses (20001) a filter that names nothing, which would end them all.
 */
export const endSessions: Command<SessionFilter, SessionFilter, void> = {
  name: 'endSessions',
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
  async transact(context, { identity, apiKeySid, tokenId, serviceSid }) {
    const { actor, db, rechecks, now } = context;
    const { account, credentialSid } = requireAccount(actor);
    const { session_ends: number } = await db
      .updateTable('accounts')
      .set((eb) => ({ session_ends: eb('session_ends', '+', 1) }))
      .where('id', '=', account.id)
      .returning('session_ends')
      .executeTakeFirstOrThrow();
    const filter = {
      identity: identity ?? null,
      api_key_sid: apiKeySid ?? null,
      token_id: tokenId ?? null,
      service_sid: serviceSid ?? null,
    };
    await db
      .insertInto('session_ends')
      .values({ account_id: account.id, number, ...filter, created_at: now })
      .execute();
    await recordAudit(context, { action: 'sessions.ended', subjectSid: account.sid, after: filter });
    rechecks.push({ of: 'sessions', sid: account.sid });
    await appendAccountEvent(context, 'sessions.ended', { sid: account.sid, ...filter, credential: credentialSid });
  },
};
