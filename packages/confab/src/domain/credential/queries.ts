import type { Selectable } from 'kysely';
import type { CredentialTable, ReadDb } from '../../store/seam.ts';
import type { KeyRange } from '../key-range.ts';

/** What may be shown of a credential: secrets never leave. */
export const CREDENTIAL_COLUMNS = [
  'id',
  'sid',
  'type',
  'friendly_name',
  'sandbox',
  'created_at',
  'updated_at',
] as const satisfies (keyof CredentialTable)[];

export type CredentialRow = Pick<Selectable<CredentialTable>, (typeof CREDENTIAL_COLUMNS)[number]>;

/** A push credential of the account, by SID. */
export function findCredential(db: ReadDb, accountId: number, sid: string): Promise<CredentialRow | undefined> {
  return db
    .selectFrom('credentials')
    .select(CREDENTIAL_COLUMNS)
    .where('account_id', '=', accountId)
    .where('sid', '=', sid)
    .executeTakeFirst();
}

/** Push credentials of the account, by id: the order in which they were made. */
export function listCredentials(
  db: ReadDb,
  accountId: number,
  { order, from, limit }: KeyRange,
): Promise<CredentialRow[]> {
  let query = db.selectFrom('credentials').select(CREDENTIAL_COLUMNS).where('account_id', '=', accountId);
  if (from !== undefined) query = query.where('id', order === 'asc' ? '>=' : '<=', from);
  return query.orderBy('id', order).limit(limit).execute();
}

/** What the event log tells of a credential. */
export function credentialForLog(row: CredentialRow) {
  return { sid: row.sid, type: row.type, friendly_name: row.friendly_name, sandbox: row.sandbox === 1 };
}
