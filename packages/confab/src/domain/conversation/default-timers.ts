import { parseIsoDuration } from '../../iso-duration.ts';
import type { ReadDb } from '../../store/seam.ts';
import type { ServiceRef } from '../actor.ts';
import type { Timers } from './timers.ts';

/** The timers that the account gives to new conversations without timers of their own (lifecycle 1). */
export async function defaultTimers(db: ReadDb, service: Pick<ServiceRef, 'account_sid'>): Promise<Timers> {
  const { default_inactive_timer: inactive, default_closed_timer: closed } = await db
    .selectFrom('accounts')
    .select(['default_inactive_timer', 'default_closed_timer'])
    .where('sid', '=', service.account_sid)
    .executeTakeFirstOrThrow();
  return { inactive_after: msOf(inactive), closed_after: msOf(closed) };
}

function msOf(duration: string | null): number | null {
  const ms = duration === null ? undefined : parseIsoDuration(duration)?.ms;
  return ms === undefined || ms === 0 ? null : ms;
}
