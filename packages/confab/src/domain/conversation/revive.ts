import type { ConversationRow, WriteDb } from '../../store/seam.ts';
import { type Actor, nameOf } from '../actor.ts';
import { logState } from './states.ts';

/** Makes an inactive conversation active again, as a message does (lifecycle 1). False when it is not inactive. */
export async function revive(
  db: WriteDb,
  actor: Actor,
  conversation: Pick<ConversationRow, 'id'>,
  now: number,
): Promise<boolean> {
  const row = await db
    .updateTable('conversations')
    .set({ state: 'active', state_updated_at: now })
    .where('id', '=', conversation.id)
    .where('state', '=', 'inactive')
    .where('deleted_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return false;
  await logState(db, row, { from: 'inactive', reason: 'EVENT', actor: nameOf(actor), now });
  return true;
}
