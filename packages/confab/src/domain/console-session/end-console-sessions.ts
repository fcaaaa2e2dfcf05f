import { appendAccountEvent } from '../account/append-account-event.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Command } from '../command.ts';
import { notFound } from '../errors.ts';

export interface EndConsoleSessionsInput {
  /** Absent: all of the account, wherever they were opened. */
  sid?: string | undefined;
}

/** Signs out: of one session at the console, or of all that the account has. Idempotent. Returns how many there were. */
export const endConsoleSessions: Command<EndConsoleSessionsInput, EndConsoleSessionsInput, number> = {
  name: 'endConsoleSessions',
  evenOnFullDisk: true,
  prepare: (_context, input) => input,
  async transact(context, { sid }) {
    const { actor, db } = context;
    if (actor.kind !== 'account') throw notFound('console');
    const those = db.deleteFrom('console_sessions').where('account_id', '=', actor.account.id);
    const ended = await (sid === undefined ? those : those.where('sid', '=', sid)).returning('sid').execute();
    if (ended.length > 0) {
      const action = sid === undefined ? 'console_session.all_ended' : 'console_session.ended';
      const subjectSid = sid ?? actor.account.sid;
      await recordAudit(context, { action, subjectSid });
      await appendAccountEvent(context, action, { sid: subjectSid });
    }
    return ended.length;
  },
};
