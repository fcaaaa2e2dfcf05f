import { type AccountStatus, appendEvent } from '../../store/seam.ts';
import { nameOf } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Command } from '../command.ts';
import { requireMain } from './require-main.ts';

export interface SetAccountStatusInput {
  status: AccountStatus;
}

/**
 * Suspends the account or makes it active again. A suspended account's credentials and tokens are refused, and its sessions end on every
 * node. Needs Main credentials.
 */
export const setAccountStatus: Command<SetAccountStatusInput, SetAccountStatusInput, void> = {
  name: 'setAccountStatus',
  prepare: (_context, input) => input,
  async transact(context, { status }) {
    const { actor, db, rechecks, now } = context;
    const { account, credentialSid } = requireMain(actor);
    await db.updateTable('accounts').set({ status, updated_at: now }).where('id', '=', account.id).execute();
    await recordAudit(context, { action: 'account.updated', subjectSid: account.sid, after: { status } });
    rechecks.push({ of: 'account', sid: account.sid });
    await appendEvent(db, {
      service_id: 0,
      kind: 'account.updated',
      subject_sid: account.sid,
      actor: nameOf(actor),
      payload: JSON.stringify({ sid: account.sid, status, credential: credentialSid }),
      created_at: now,
    });
  },
};
