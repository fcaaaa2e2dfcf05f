import { generateAuthToken, type SecretBox } from '../../secrets/index.ts';
import { newRandomSid, newSid } from '../../sid.ts';
import { checkFriendlyName } from '../api-key/friendly-name.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Command } from '../command.ts';
import { DomainError } from '../errors.ts';
import { insertService } from '../service/create-service.ts';
import { appendAccountEvent } from './append-account-event.ts';
import { claimMain } from './require-main.ts';

/** As many as an account of the original service may have, unless it asks for more. No statement reads more rows, either. */
const MOST_SUBACCOUNTS = 1000;

export interface CreateSubaccountInput {
  secretBox: SecretBox;
  friendlyName?: string | undefined;
}

interface Plan {
  secretBox: SecretBox;
  friendlyName: string | null;
}

/** An account's auth token is told this once. */
export interface NewSubaccount {
  id: number;
  sid: string;
  authToken: string;
}

/** Makes an account that the caller's owns, with a default service. Needs Main credentials of an account that is not owned itself. */
export const createSubaccount: Command<CreateSubaccountInput, Plan, NewSubaccount> = {
  name: 'createSubaccount',
  prepare: (_context, { secretBox, friendlyName }) => ({ secretBox, friendlyName: checkFriendlyName(friendlyName) }),
  async transact(context, { secretBox, friendlyName }) {
    const { actor, db, now } = context;
    const { account, credentialSid } = await claimMain(db, actor);
    const { owner_account_id } = await db
      .updateTable('accounts')
      .set((column) => ({ updated_at: column.ref('updated_at') }))
      .where('id', '=', account.id)
      .returning('owner_account_id')
      .executeTakeFirstOrThrow();
    if (owner_account_id !== null) throw new DomainError(21101, 400, 'Subaccounts cannot contain subaccounts');
    const owned = await db.selectFrom('accounts').select('id').where('owner_account_id', '=', account.id).execute();
    if (owned.length >= MOST_SUBACCOUNTS) {
      throw new DomainError(20001, 400, `The account has ${MOST_SUBACCOUNTS} subaccounts, and may not have more.`);
    }

    const sid = newRandomSid('AC');
    const authToken = generateAuthToken();
    const row = {
      sid,
      friendly_name:
        friendlyName ?? `SubAccount Created at ${new Date(now).toISOString().slice(0, 16).replace('T', ' ')}`,
      status: 'active' as const,
    };
    const { id } = await db
      .insertInto('accounts')
      .values({
        ...row,
        owner_account_id: account.id,
        auth_token: secretBox.seal(authToken, sid),
        default_service_id: null,
        created_at: now,
        updated_at: now,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await recordAudit(context, { action: 'account.added', subjectSid: sid, after: row });
    await appendAccountEvent(context, 'account.added', {
      ...row,
      owner_account_sid: account.sid,
      credential: credentialSid,
    });
    const own = { id, sid, default_service_id: null };
    const service = await insertService(db, own, { sid: newSid('IS', now), friendlyName: 'Default service', now });
    await db.updateTable('accounts').set({ default_service_id: service.id }).where('id', '=', id).execute();
    return { id, sid, authToken };
  },
};
