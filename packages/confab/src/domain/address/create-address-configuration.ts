import type { Limits } from '../../config/index.ts';
import { isSid, newSid } from '../../sid.ts';
import type { AddressType } from '../../store/seam.ts';
import { appendAccountEvent } from '../account/append-account-event.ts';
import { requireAccount } from '../account/require-main.ts';
import type { Command } from '../command.ts';
import { DomainError } from '../errors.ts';
import { channelOf, SHORT_CODE } from '../participant/binding.ts';
import { checkLength } from '../text.ts';
import { type AutoCreationChanges, changedAutoCreation, NO_AUTO_CREATION } from './auto-creation.ts';
import { type AddressConfigurationRow, addressForLog } from './queries.ts';

export interface CreateAddressConfigurationInput {
  type: AddressType;
  address: string;
  friendlyName?: string | null | undefined;
  /** ISO 3166-1 alpha-2. */
  country?: string | null | undefined;
  autoCreation: AutoCreationChanges;
}

/**
 * Says what becomes of messages to an address. Each address of the account has one configuration at most (409); 50407 for what is no
 * address. For account credentials.
 */
export const createAddressConfiguration: Command<
  CreateAddressConfigurationInput,
  CreateAddressConfigurationInput,
  AddressConfigurationRow
> = {
  name: 'createAddressConfiguration',
  prepare({ actor, limits }, input) {
    requireAccount(actor);
    checkAddress(input, limits);
    const { friendlyName } = input;
    if (friendlyName) checkLength('FriendlyName', friendlyName, limits.addressFriendlyNameCharacters, 50003);
    return input;
  },
  async transact(context, { type, address, friendlyName, country, autoCreation }) {
    const { actor, db, now } = context;
    const { account } = requireAccount(actor);
    const row = await db
      .insertInto('address_configurations')
      .values({
        sid: newSid('IG', now),
        account_id: account.id,
        type,
        address,
        friendly_name: friendlyName || null,
        address_country: country ?? null,
        ...(await changedAutoCreation(db, account.id, NO_AUTO_CREATION, autoCreation)),
        created_at: now,
        updated_at: now,
      })
      .onConflict((conflict) => conflict.columns(['account_id', 'address']).doNothing())
      .returningAll()
      .executeTakeFirst();
    if (row === undefined)
      throw new DomainError(20001, 409, `Address ${address} has a configuration already.`, 'Address');
    await appendAccountEvent(context, 'address_configuration.added', { ...addressForLog(row), created_at: now });
    return row;
  },
};

function checkAddress(
  { type, address }: Pick<CreateAddressConfigurationInput, 'type' | 'address'>,
  { identityCharacters }: Pick<Limits, 'identityCharacters'>,
): void {
  checkLength('Address', address, identityCharacters, 50407);
  if (!isAddressOf(type, address) || isSid('IG', address)) {
    throw new DomainError(50407, 400, `Address is not one of type ${type}.`, 'Address');
  }
}

/** The documented samples have addresses of many forms for all but these two. */
function isAddressOf(type: AddressType, address: string): boolean {
  if (type === 'sms') return channelOf(address) === 'sms' || SHORT_CODE.test(address);
  return type === 'email' ? channelOf(address) === 'email' : /\S/.test(address);
}
