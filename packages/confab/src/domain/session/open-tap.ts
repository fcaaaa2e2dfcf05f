import { appendAccountEvent } from '../account/append-account-event.ts';
import { claimMain, requireMain } from '../account/require-main.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Command } from '../command.ts';
import { invalidParameter } from '../errors.ts';
import { filterColumns } from './append-session-end.ts';
import type { SessionFilter } from './session-filter.ts';

/**
 * Writes down that an operator looks at what connections say: nothing else of it is kept. Refuses (20001) a filter that names nothing,
 * which would be everybody. Needs Main credentials.
 */
export const openTap: Command<SessionFilter, SessionFilter, void> = {
  name: 'openTap',
  prepare({ actor }, filter) {
    requireMain(actor);
    if (Object.values(filter).every((value) => value === undefined)) {
      throw invalidParameter('Say which connections to tap: give at least one of ConnectionId, Identity, ServiceSid.');
    }
    return filter;
  },
  async transact(context, filter) {
    const { account, credentialSid } = await claimMain(context.db, context.actor);
    const after = filterColumns(filter);
    await recordAudit(context, { action: 'tap.opened', subjectSid: account.sid, after });
    await appendAccountEvent(context, 'tap.opened', { sid: account.sid, ...after, credential: credentialSid });
  },
};
