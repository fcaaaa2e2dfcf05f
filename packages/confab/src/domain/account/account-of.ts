import type { ReadDb } from '../../store/seam.ts';
import type { ServiceRef } from '../actor.ts';

/** Id of the account that has the service. */
export async function accountOf(db: ReadDb, service: Pick<ServiceRef, 'id'>): Promise<number> {
  const { account_id } = await db
    .selectFrom('services')
    .select('account_id')
    .where('id', '=', service.id)
    .executeTakeFirstOrThrow();
  return account_id;
}
