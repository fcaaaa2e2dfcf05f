import type { ReadDb } from '../store/index.ts';

/** Whose event it is. */
export interface Scope {
  accountId: number;
  accountSid: string;
  serviceSid: string;
}

/** Also of a service that was deleted: the last that is told of it comes after. Undefined once its rows are gone. */
export async function scopeOf(read: ReadDb, serviceId: number): Promise<Scope | undefined> {
  return read
    .selectFrom('services')
    .innerJoin('accounts', 'accounts.id', 'services.account_id')
    .select(['accounts.id as accountId', 'accounts.sid as accountSid', 'services.sid as serviceSid'])
    .where('services.id', '=', serviceId)
    .executeTakeFirst();
}
