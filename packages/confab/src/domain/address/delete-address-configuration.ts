import { appendEvent } from '../../store/seam.ts';
import { requireAccount } from '../account/require-main.ts';
import { nameOf } from '../actor.ts';
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
  prepare({ actor }, input) {
    requireAccount(actor);
    return input;
  },
  async transact({ actor, db, now }, { addressConfigurationSid: sid }) {
    const { account } = requireAccount(actor);
    const row = await db
      .deleteFrom('address_configurations')
      .where('account_id', '=', account.id)
      .where('sid', '=', sid)
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) throw notFound(`Configuration/Addresses/${sid}`);
    await appendEvent(db, {
      service_id: 0,
      kind: 'address_configuration.removed',
      subject_sid: row.sid,
      actor: nameOf(actor),
      payload: JSON.stringify({ ...addressForLog(row), removed_at: now }),
      created_at: now,
    });
  },
};
