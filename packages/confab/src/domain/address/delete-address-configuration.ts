import { appendAccountEvent } from '../account/append-account-event.ts';
import { requireAccount } from '../account/require-main.ts';
import type { Command } from '../command.ts';
import { notFound } from '../errors.ts';
import { addressForLog } from './queries.ts';

export interface DeleteAddressConfigurationInput {
  addressConfigurationSid: string;
}

/** Deletes an address configuration; the conversations that came by it stay. For account credentials. */
export const deleteAddressConfiguration: Command<
  DeleteAddressConfigurationInput,
  DeleteAddressConfigurationInput,
  void
> = {
  name: 'deleteAddressConfiguration',
  evenOnFullDisk: true,
  prepare({ actor }, input) {
    requireAccount(actor);
    return input;
  },
  async transact(context, { addressConfigurationSid: sid }) {
    const { actor, db, now } = context;
    const { account } = requireAccount(actor);
    const row = await db
      .deleteFrom('address_configurations')
      .where('account_id', '=', account.id)
      .where('sid', '=', sid)
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) throw notFound(`Configuration/Addresses/${sid}`);
    await appendAccountEvent(context, 'address_configuration.removed', { ...addressForLog(row), removed_at: now });
  },
};
