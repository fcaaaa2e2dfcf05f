import type { Selectable } from 'kysely';
import type { AccountStatus, ApiKeyTable, ReadDb } from '../../store/seam.ts';
import { type Param, statement } from '../../store/seam.ts';
import { effectiveStatus } from '../account/effective-status.ts';
import type { KeyRange } from '../key-range.ts';

/** An API key with what must be known of its account to judge it. */
export type ApiKeyRow = Selectable<ApiKeyTable> & {
  account_sid: string;
  account_status: AccountStatus;
  account_default_service_id: number | null;
  account_session_ends: number;
};

const findBySid = statement((db: ReadDb, p: Param<{ sid: string }>) =>
  db
    .selectFrom('api_keys')
    .innerJoin('accounts', 'accounts.id', 'api_keys.account_id')
    .leftJoin('accounts as owner', 'owner.id', 'accounts.owner_account_id')
    .selectAll('api_keys')
    .select([
      'accounts.sid as account_sid',
      'accounts.status as own_status',
      'owner.status as owner_status',
      'accounts.default_service_id as account_default_service_id',
      'accounts.session_ends as account_session_ends',
    ])
    .where('api_keys.sid', '=', p('sid')),
);

/** The API key with this SID, revoked ones included: the caller refuses them. */
export async function findApiKey(db: ReadDb, sid: string): Promise<ApiKeyRow | undefined> {
  const [found] = await findBySid(db, { sid });
  if (found === undefined) return undefined;
  const { own_status, owner_status, ...key } = found;
  return { ...key, account_status: effectiveStatus(own_status, owner_status) };
}

/** What may be shown of an API key. */
export type ListedApiKey = Pick<
  Selectable<ApiKeyTable>,
  | 'id'
  | 'sid'
  | 'kind'
  | 'friendly_name'
  | 'policy'
  | 'previous_secret_ends_at'
  | 'last_used_at'
  | 'created_at'
  | 'updated_at'
>;

/** API keys of the account that are not revoked, by id: the order in which they were made. */
export function listApiKeys(db: ReadDb, accountId: number, { order, from, limit }: KeyRange): Promise<ListedApiKey[]> {
  let query = db
    .selectFrom('api_keys')
    .select([
      'id',
      'sid',
      'kind',
      'friendly_name',
      'policy',
      'previous_secret_ends_at',
      'last_used_at',
      'created_at',
      'updated_at',
    ])
    .where('account_id', '=', accountId)
    .where('revoked_at', 'is', null);
  if (from !== undefined) query = query.where('id', order === 'asc' ? '>=' : '<=', from);
  return query.orderBy('id', order).limit(limit).execute();
}
