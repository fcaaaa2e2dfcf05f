import { parseIsoDuration } from '../../iso-duration.ts';
import type { ConversationRow, ReadDb } from '../../store/seam.ts';
import type { ServiceRef } from '../actor.ts';
import type { Timers } from './timers.ts';

/** What the account gives to new conversations that are made without: timers (lifecycle 1) and a messaging service. */
export async function accountDefaults(
  db: ReadDb,
  service: Pick<ServiceRef, 'account_sid'>,
): Promise<Timers & Pick<ConversationRow, 'messaging_service_sid'>> {
  const row = await db
    .selectFrom('accounts')
    .select(['default_inactive_timer', 'default_closed_timer', 'default_messaging_service_sid'])
    .where('sid', '=', service.account_sid)
    .executeTakeFirstOrThrow();
  return {
    inactive_after: msOf(row.default_inactive_timer),
    closed_after: msOf(row.default_closed_timer),
    messaging_service_sid: row.default_messaging_service_sid,
  };
}

function msOf(duration: string | null): number | null {
  const ms = duration === null ? undefined : parseIsoDuration(duration)?.ms;
  return ms === undefined || ms === 0 ? null : ms;
}
