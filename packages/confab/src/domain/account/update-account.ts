import type { AccountStatus, WriteDb } from '../../store/seam.ts';
import { checkFriendlyName } from '../api-key/friendly-name.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Command } from '../command.ts';
import { invalidParameter, notFound } from '../errors.ts';
import { appendAccountEvent } from './append-account-event.ts';
import { claimMain } from './require-main.ts';

export interface UpdateAccountInput {
  /** The account itself when absent, or one that it owns. */
  accountSid?: string | undefined;
  friendlyName?: string | undefined;
  status?: AccountStatus | undefined;
}

/**
 * Renames an account, suspends it, makes it active again, or closes a subaccount for good. The credentials and tokens of an account that is
 * not active are refused, and its sessions end on every node; so it is for all that it owns. Needs Main credentials of the account or of
 * its owner.
 */
export const updateAccount: Command<UpdateAccountInput, UpdateAccountInput, void> = {
  name: 'updateAccount',
  evenOnFullDisk: true,
  prepare: (_context, input) => ({ ...input, friendlyName: nameIn(input) }),
  async transact(context, { accountSid, friendlyName, status }) {
    const { actor, db, rechecks, now } = context;
    const { account, credentialSid } = await claimMain(db, actor);
    const target = await claimAccount(db, account.id, accountSid ?? account.sid);
    const before = { friendly_name: target.friendly_name, status: target.status };
    const after = { friendly_name: friendlyName ?? before.friendly_name, status: status ?? before.status };
    if (before.status === 'closed' && after.status !== 'closed') {
      throw invalidParameter('Parameter Status cannot be changed: the account is closed for good.', 'Status');
    }
    if (after.status === 'closed' && target.id === account.id) {
      throw invalidParameter('Parameter Status cannot be closed: only its owner closes an account.', 'Status');
    }
    await db
      .updateTable('accounts')
      .set({ ...after, updated_at: now })
      .where('id', '=', target.id)
      .execute();
    await recordAudit(context, { action: 'account.updated', subjectSid: target.sid, before, after });
    if (after.status !== before.status) {
      for (const sid of [target.sid, ...(await ownedBy(db, target.id))]) rechecks.push({ of: 'account', sid });
    }
    await appendAccountEvent(context, 'account.updated', { sid: target.sid, ...after, credential: credentialSid });
  },
};

function nameIn({ friendlyName }: UpdateAccountInput): string | undefined {
  if (friendlyName === '') throw invalidParameter('Parameter FriendlyName must not be empty.', 'FriendlyName');
  return friendlyName === undefined ? undefined : (checkFriendlyName(friendlyName) ?? undefined);
}

/** The account, if it is the caller's own or one that it owns, its row locked. */
async function claimAccount(db: WriteDb, callerId: number, sid: string) {
  const row = await db
    .updateTable('accounts')
    .set((column) => ({ updated_at: column.ref('updated_at') }))
    .where('sid', '=', sid)
    .where((is) => is.or([is('id', '=', callerId), is('owner_account_id', '=', callerId)]))
    .returning(['id', 'sid', 'friendly_name', 'status'])
    .executeTakeFirst();
  if (row === undefined) throw notFound(`Accounts/${sid}`);
  return row;
}

async function ownedBy(db: WriteDb, id: number): Promise<string[]> {
  const rows = await db.selectFrom('accounts').select('sid').where('owner_account_id', '=', id).execute();
  return rows.map(({ sid }) => sid);
}
