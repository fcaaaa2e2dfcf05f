import { appendEvent, type UserRow } from '../../store/seam.ts';
import { nameOf } from '../actor.ts';
import type { TransactContext } from '../command.ts';

/** What is known of how a user can be reached. Null: they never were online, or never registered a device (lifecycle 7). */
export interface Reachability {
  is_online: boolean | null;
  is_notifiable: boolean | null;
}

export function reachabilityOf({ is_online, is_notifiable }: UserRow): Reachability {
  const flag = (value: number | null) => (value === null ? null : value === 1);
  return { is_online: flag(is_online), is_notifiable: flag(is_notifiable) };
}

/**
 * Stores that the user, whose row is locked, went online or offline, or can be notified or no longer, and tells whoever is subscribed to
 * them. Nothing happens when it is so already. It is no edit of the user: `updated_at` stays.
 */
export async function setReachability(
  { actor, db, changes, now }: Pick<TransactContext, 'actor' | 'db' | 'changes' | 'now'>,
  service: { id: number; sid: string },
  user: UserRow,
  change: Partial<Reachability>,
): Promise<void> {
  const before = reachabilityOf(user);
  const { is_online, is_notifiable } = { ...before, ...change };
  if (is_online === before.is_online && is_notifiable === before.is_notifiable) return;
  const row = await db
    .updateTable('users')
    .set((eb) => ({
      is_online: is_online === null ? null : Number(is_online),
      is_notifiable: is_notifiable === null ? null : Number(is_notifiable),
      info_event: eb('info_event', '+', 1),
      reachability_event: eb('info_event', '+', 1),
    }))
    .where('id', '=', user.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  changes.push({
    object: 'user_info',
    action: 'updated',
    event: row.reachability_event,
    at: now,
    user: { sid: row.sid, service_sid: service.sid },
    key: 'reachability',
    row,
  });
  await appendEvent(db, {
    service_id: service.id,
    kind: 'user.reachability_updated',
    subject_sid: row.sid,
    actor: nameOf(actor),
    payload: JSON.stringify({ sid: row.sid, identity: row.identity, is_online, is_notifiable, updated_at: now }),
    created_at: now,
  });
}
