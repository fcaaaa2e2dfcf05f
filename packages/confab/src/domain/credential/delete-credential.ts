import { appendEvent } from '../../store/seam.ts';
import { requireAccount } from '../account/require-main.ts';
import { nameOf } from '../actor.ts';
import type { Command } from '../command.ts';
import { notFound } from '../errors.ts';
import { CREDENTIAL_COLUMNS, credentialForLog } from './queries.ts';

export interface DeleteCredentialInput {
  credentialSid: string;
}

/**
 * Deletes a push credential. Devices that were registered with it stay registered, and are sent nothing: their number has no bound that one
 * transaction could keep to. For account credentials.
 */
export const deleteCredential: Command<DeleteCredentialInput, DeleteCredentialInput, void> = {
  name: 'deleteCredential',
  prepare({ actor }, input) {
    requireAccount(actor);
    return input;
  },
  async transact({ actor, db, now }, { credentialSid }) {
    const { account } = requireAccount(actor);
    const row = await db
      .deleteFrom('credentials')
      .where('account_id', '=', account.id)
      .where('sid', '=', credentialSid)
      .returning(CREDENTIAL_COLUMNS)
      .executeTakeFirst();
    if (row === undefined) throw notFound(`Credentials/${credentialSid}`);
    await appendEvent(db, {
      service_id: 0,
      kind: 'credential.removed',
      subject_sid: row.sid,
      actor: nameOf(actor),
      payload: JSON.stringify({ ...credentialForLog(row), removed_at: now }),
      created_at: now,
    });
  },
};
