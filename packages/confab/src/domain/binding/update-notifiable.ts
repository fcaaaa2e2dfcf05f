import type { TransactContext } from '../command.ts';
import { setReachability } from '../presence/reachability.ts';
import { lockLiveUser } from '../user/lock-user.ts';

/**
 * After devices of the user have come or gone: stores whether pushes reach them. Told to others only in services with reachability; in the
 * others it is kept in silence, so that it is known when they get it.
 */
export async function updateNotifiable(
  context: Pick<TransactContext, 'actor' | 'db' | 'changes' | 'now'>,
  userId: number,
): Promise<void> {
  const { db } = context;
  const user = await lockLiveUser(db, userId);
  if (user === undefined) return;
  const device = await db.selectFrom('bindings').select('id').where('user_id', '=', userId).limit(1).executeTakeFirst();
  const notifiable = device !== undefined;
  const service = await db
    .selectFrom('services')
    .select(['id', 'sid', 'reachability_enabled'])
    .where('id', '=', user.service_id)
    .executeTakeFirstOrThrow();
  if (service.reachability_enabled === 1) {
    await setReachability(context, service, user, { is_notifiable: notifiable });
    return;
  }
  await db
    .updateTable('users')
    .set({ is_notifiable: Number(notifiable) })
    .where('id', '=', userId)
    .execute();
}
