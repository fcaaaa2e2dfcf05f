import type { Selectable } from 'kysely';
import type { ContentTable, ReadDb } from '../../store/seam.ts';
import type { KeyRange } from '../key-range.ts';

export type ContentRow = Selectable<ContentTable>;

/** A content template of the account, by SID. */
export function findContent(db: ReadDb, accountId: number, sid: string): Promise<ContentRow | undefined> {
  return db
    .selectFrom('contents')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('sid', '=', sid)
    .executeTakeFirst();
}

/** Content templates of the account, by id: the order in which they were made. */
export function listContents(db: ReadDb, accountId: number, { order, from, limit }: KeyRange): Promise<ContentRow[]> {
  let query = db.selectFrom('contents').selectAll().where('account_id', '=', accountId);
  if (from !== undefined) query = query.where('id', order === 'asc' ? '>=' : '<=', from);
  return query.orderBy('id', order).limit(limit).execute();
}

/** Id of the account that the service belongs to. */
export async function accountOfService(db: ReadDb, serviceId: number): Promise<number> {
  const row = await db
    .selectFrom('services')
    .select('account_id')
    .where('id', '=', serviceId)
    .executeTakeFirstOrThrow();
  return row.account_id;
}
