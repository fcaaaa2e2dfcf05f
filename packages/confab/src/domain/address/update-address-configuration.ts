import { appendAccountEvent } from '../account/append-account-event.ts';
import { requireAccount } from '../account/require-main.ts';
import type { Command } from '../command.ts';
import { notFound } from '../errors.ts';
import { checkLength } from '../text.ts';
import { type AutoCreationChanges, changedAutoCreation } from './auto-creation.ts';
import { type AddressConfigurationRow, addressForLog } from './queries.ts';

export interface UpdateAddressConfigurationInput {
  addressConfigurationSid: string;
  /** Absent: stays as it is. Null or empty: none. */
  friendlyName?: string | null | undefined;
  autoCreation: AutoCreationChanges;
}

/** Changes what becomes of messages to an address. For account credentials. */
export const updateAddressConfiguration: Command<
  UpdateAddressConfigurationInput,
  UpdateAddressConfigurationInput,
  AddressConfigurationRow
> = {
  name: 'updateAddressConfiguration',
  prepare({ actor, limits }, input) {
    requireAccount(actor);
    const { friendlyName } = input;
    if (friendlyName) checkLength('FriendlyName', friendlyName, limits.addressFriendlyNameCharacters, 50003);
    return input;
  },
  async transact(context, { addressConfigurationSid: sid, friendlyName, autoCreation }) {
    const { actor, db, now } = context;
    const { account } = requireAccount(actor);
    const locked = await db
      .updateTable('address_configurations')
      .set({ updated_at: now })
      .where('account_id', '=', account.id)
      .where('sid', '=', sid)
      .returningAll()
      .executeTakeFirst();
    if (locked === undefined) throw notFound(`Configuration/Addresses/${sid}`);
    const row = await db
      .updateTable('address_configurations')
      .set({
        ...(friendlyName !== undefined && { friendly_name: friendlyName || null }),
        ...(await changedAutoCreation(db, account.id, locked, autoCreation)),
      })
      .where('id', '=', locked.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    await appendAccountEvent(context, 'address_configuration.updated', { ...addressForLog(row), updated_at: now });
    return row;
  },
};
