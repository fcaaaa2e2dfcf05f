import type { Selectable } from 'kysely';
import type { AccountTable, ReadDb } from '../../store/seam.ts';

/** What may be shown of an account. */
export type AccountRow = Pick<
  Selectable<AccountTable>,
  'sid' | 'friendly_name' | 'status' | 'secondary_auth_token_created_at' | 'created_at' | 'updated_at'
>;

/** The account with this id. Accounts are never removed, so that whoever was authenticated as one finds it. */
export function requireAccountRow(db: ReadDb, id: number): Promise<AccountRow> {
  return db
    .selectFrom('accounts')
    .select(['sid', 'friendly_name', 'status', 'secondary_auth_token_created_at', 'created_at', 'updated_at'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}
