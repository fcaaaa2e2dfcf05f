import type { Selectable } from 'kysely';
import type { AccountStatus, AccountTable, ReadDb } from '../../store/seam.ts';
import type { AccountActor } from '../actor.ts';
import type { KeyRange } from '../key-range.ts';
import { checkText } from '../text.ts';

/** What may be shown of an account. */
export type AccountRow = Pick<
  Selectable<AccountTable>,
  'id' | 'sid' | 'friendly_name' | 'status' | 'secondary_auth_token_created_at' | 'created_at' | 'updated_at'
> & {
  /** Of the account that owns it; null for one that nobody does. */
  owner_sid: string | null;
};

function accountRows(db: ReadDb) {
  return db
    .selectFrom('accounts')
    .leftJoin('accounts as owner', 'owner.id', 'accounts.owner_account_id')
    .select([
      'accounts.id',
      'accounts.sid',
      'accounts.friendly_name',
      'accounts.status',
      'accounts.secondary_auth_token_created_at',
      'accounts.created_at',
      'accounts.updated_at',
      'owner.sid as owner_sid',
    ]);
}

/** The account with this id. Accounts are never removed, so that whoever was authenticated as one finds it. */
export function requireAccountRow(db: ReadDb, id: number): Promise<AccountRow> {
  return accountRows(db).where('accounts.id', '=', id).executeTakeFirstOrThrow();
}

/** An account that this one owns, as its owner acts for it: whatever its status. */
export function findSubaccount(db: ReadDb, ownerId: number, sid: string): Promise<AccountActor['account'] | undefined> {
  return db
    .selectFrom('accounts')
    .select(['id', 'sid', 'default_service_id'])
    .where('sid', '=', sid)
    .where('owner_account_id', '=', ownerId)
    .executeTakeFirst();
}

export interface AccountFilter {
  friendlyName?: string | undefined;
  status?: AccountStatus | undefined;
}

/** The account and those that it owns, by id. */
export function listAccounts(
  db: ReadDb,
  id: number,
  { friendlyName, status }: AccountFilter,
  { order, from, limit }: KeyRange,
): Promise<AccountRow[]> {
  if (friendlyName !== undefined) checkText('FriendlyName', friendlyName);
  let query = accountRows(db).where((is) =>
    is.or([is('accounts.id', '=', id), is('accounts.owner_account_id', '=', id)]),
  );
  if (friendlyName !== undefined) query = query.where('accounts.friendly_name', '=', friendlyName);
  if (status !== undefined) query = query.where('accounts.status', '=', status);
  if (from !== undefined) query = query.where('accounts.id', order === 'asc' ? '>=' : '<=', from);
  return query.orderBy('accounts.id', order).limit(limit).execute();
}
