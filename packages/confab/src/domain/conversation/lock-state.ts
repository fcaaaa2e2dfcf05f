import type { ConversationRow, ConversationState, WriteDb } from '../../store/seam.ts';

/** Takes the lock on a conversation if it is in one of the states; undefined when it is in another, or gone. */
export function lockInState(
  db: WriteDb,
  id: number,
  states: readonly ConversationState[],
): Promise<ConversationRow | undefined> {
  return db
    .updateTable('conversations')
    .set((eb) => ({ roster_event: eb.ref('roster_event') }))
    .where('id', '=', id)
    .where('state', 'in', states)
    .where('deleted_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
}
