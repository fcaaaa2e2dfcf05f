import { appendAccountEvent } from '../account/append-account-event.ts';
import { requireAccount } from '../account/require-main.ts';
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
  evenOnFullDisk: true,
  prepare({ actor }, input) {
    requireAccount(actor);
    return input;
  },
  async transact(context, { credentialSid }) {
    const { actor, db, now } = context;
    const { account } = requireAccount(actor);
    const row = await db
      .deleteFrom('credentials')
      .where('account_id', '=', account.id)
      .where('sid', '=', credentialSid)
      .returning(CREDENTIAL_COLUMNS)
      .executeTakeFirst();
    if (row === undefined) throw notFound(`Credentials/${credentialSid}`);
    await appendAccountEvent(context, 'credential.removed', { ...credentialForLog(row), removed_at: now });
  },
};
