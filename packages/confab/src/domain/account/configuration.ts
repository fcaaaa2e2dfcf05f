import type { ReadDb } from '../../store/seam.ts';

/** What the account gives to conversations that are made without their own. */
export interface AccountConfiguration {
  default_chat_service_sid: string;
  default_messaging_service_sid: string | null;
  /** ISO 8601 durations, as they were given. */
  default_inactive_timer: string | null;
  default_closed_timer: string | null;
}

/** The configuration of the account. It always has a default chat service, which cannot be deleted. */
export function findAccountConfiguration(db: ReadDb, accountId: number): Promise<AccountConfiguration> {
  return db
    .selectFrom('accounts')
    .innerJoin('services', 'services.id', 'accounts.default_service_id')
    .select([
      'services.sid as default_chat_service_sid',
      'accounts.default_messaging_service_sid',
      'accounts.default_inactive_timer',
      'accounts.default_closed_timer',
    ])
    .where('accounts.id', '=', accountId)
    .executeTakeFirstOrThrow();
}
