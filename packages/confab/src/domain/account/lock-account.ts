import type { AccountTable, WriteDb } from '../../store/seam.ts';

/** Takes the lock on the account that orders changes of its default service and deletions of services. */
export function lockAccount(db: WriteDb, id: number): Promise<Pick<AccountTable, 'default_service_id'>> {
  return db
    .updateTable('accounts')
    .set((eb) => ({ default_service_id: eb.ref('default_service_id') }))
    .where('id', '=', id)
    .returning('default_service_id')
    .executeTakeFirstOrThrow();
}
