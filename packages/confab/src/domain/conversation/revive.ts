import type { ConversationRow, WriteDb } from '../../store/seam.ts';
import { type Actor, nameOf } from '../actor.ts';
import { logState } from './states.ts';

/** Makes an inactive conversation active again, as a message does, which also restarts its timers (lifecycle 1). False when it is not inactive. */
export async function revive(
  db: WriteDb,
  actor: Actor,
  conversation: Pick<ConversationRow, 'id'>,
  now: number,
): Promise<boolean> {
  const row = await db
    .updateTable('conversations')
    .set((eb) => ({
      state: 'active',
      state_updated_at: now,
      inactive_at: eb('inactive_after', '+', now),
      closed_at: eb('closed_after', '+', now),
    }))
    .where('id', '=', conversation.id)
    .where('state', '=', 'inactive')
    .where('deleted_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return false;
  await logState(db, row, { from: 'inactive', reason: 'EVENT', actor: nameOf(actor), now });
  return true;
}
