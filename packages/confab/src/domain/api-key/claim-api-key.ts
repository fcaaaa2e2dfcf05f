import type { WriteDb } from '../../store/seam.ts';
import { notFound } from '../errors.ts';
import { type ApiKeyRow, findApiKey } from './queries.ts';

/** The account's live key with this SID, locked until the command ends, so that what is read of it is what is changed. */
export async function claimApiKey(db: WriteDb, accountId: number, sid: string): Promise<ApiKeyRow> {
  await db
    .updateTable('api_keys')
    .set((column) => ({ updated_at: column.ref('updated_at') }))
    .where('sid', '=', sid)
    .where('account_id', '=', accountId)
    .execute();
  const key = await findApiKey(db, sid);
  if (key === undefined || key.account_id !== accountId || key.revoked_at !== null) throw notFound(`Keys/${sid}`);
  return key;
}
