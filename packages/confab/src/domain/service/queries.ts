import type { Selectable } from 'kysely';
import { type Param, type ReadDb, type ServiceTable, statement } from '../../store/seam.ts';
import type { ServiceRef } from '../actor.ts';
import { DomainError } from '../errors.ts';
import type { KeyRange } from '../key-range.ts';

/** A service with the SID of its account. */
export type ServiceRow = Selectable<ServiceTable> & { account_sid: string };

function services(db: ReadDb) {
  return db
    .selectFrom('services')
    .innerJoin('accounts', 'accounts.id', 'services.account_id')
    .selectAll('services')
    .select('accounts.sid as account_sid')
    .where('services.deleted_at', 'is', null);
}

const findBySid = statement((db: ReadDb, p: Param<{ sid: string; account_id: number }>) =>
  services(db).where('services.sid', '=', p('sid')).where('services.account_id', '=', p('account_id')),
);

const findById = statement((db: ReadDb, p: Param<{ id: number }>) => services(db).where('services.id', '=', p('id')));

/** A service of the account, by SID. */
export async function findService(db: ReadDb, accountId: number, sid: string): Promise<ServiceRow | undefined> {
  return (await findBySid(db, { account_id: accountId, sid }))[0];
}

/** As `findService`, refusing a SID in `parameter` that names no service of the account (50050). */
export async function requireServiceOf(
  db: ReadDb,
  accountId: number,
  sid: string,
  parameter: string,
): Promise<ServiceRow> {
  const row = await findService(db, accountId, sid);
  if (row === undefined) throw new DomainError(50050, 404, `Service ${sid} not found`, parameter);
  return row;
}

export async function findServiceById(db: ReadDb, id: number): Promise<ServiceRow | undefined> {
  return (await findById(db, { id }))[0];
}

/** Services of the account, by id: the order in which they were made. */
export function listServices(db: ReadDb, accountId: number, { order, from, limit }: KeyRange): Promise<ServiceRow[]> {
  let query = services(db).where('services.account_id', '=', accountId);
  if (from !== undefined) query = query.where('services.id', order === 'asc' ? '>=' : '<=', from);
  return query.orderBy('services.id', order).limit(limit).execute();
}

/** What other nouns need to know of their service. */
export function serviceRef(row: ServiceRow): ServiceRef {
  return {
    id: row.id,
    sid: row.sid,
    account_sid: row.account_sid,
  };
}

/** What the event log tells of a service. */
export function serviceView(row: ServiceRow) {
  return { sid: row.sid, friendly_name: row.friendly_name, created_at: row.created_at, updated_at: row.updated_at };
}
