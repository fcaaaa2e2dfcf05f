import type { Selectable } from 'kysely';
import { isSid } from '../../sid.ts';
import type { AddressConfigurationTable, AddressType, ReadDb } from '../../store/seam.ts';
import type { KeyRange } from '../key-range.ts';

export type AddressConfigurationRow = Selectable<AddressConfigurationTable>;

/** An address configuration of the account, by SID or address (lifecycle 6). */
export function findAddressConfiguration(
  db: ReadDb,
  accountId: number,
  sidOrAddress: string,
): Promise<AddressConfigurationRow | undefined> {
  return db
    .selectFrom('address_configurations')
    .selectAll()
    .where('account_id', '=', accountId)
    .where(isSid('IG', sidOrAddress) ? 'sid' : 'address', '=', sidOrAddress)
    .executeTakeFirst();
}

/** Address configurations of the account, by id, the order in which they were made; of one type where it is named. */
export function listAddressConfigurations(
  db: ReadDb,
  accountId: number,
  type: AddressType | undefined,
  { order, from, limit }: KeyRange,
): Promise<AddressConfigurationRow[]> {
  let query = db.selectFrom('address_configurations').selectAll().where('account_id', '=', accountId);
  if (type !== undefined) query = query.where('type', '=', type);
  if (from !== undefined) query = query.where('id', order === 'asc' ? '>=' : '<=', from);
  return query.orderBy('id', order).limit(limit).execute();
}

/** What the event log tells of an address configuration. */
export function addressForLog(row: AddressConfigurationRow) {
  return {
    sid: row.sid,
    type: row.type,
    address: row.address,
    friendly_name: row.friendly_name,
    auto_creation_enabled: row.auto_creation_enabled === 1,
    auto_creation_type: row.auto_creation_type,
    conversation_service_sid: row.conversation_service_sid,
  };
}
