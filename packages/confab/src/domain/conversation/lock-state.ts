import type { ConversationRow, ConversationState, WriteDb } from '../../store/seam.ts';

/** The lock that orders all changes of a conversation: a row that is written, though nothing in it changes. */
function lock(db: WriteDb, id: number) {
  return db
    .updateTable('conversations')
    .set((eb) => ({ roster_event: eb.ref('roster_event') }))
    .where('id', '=', id)
    .returningAll();
}

/** Takes the lock on a conversation if it is in one of the states; undefined when it is in another, or gone. */
export function lockInState(
  db: WriteDb,
  id: number,
  states: readonly ConversationState[],
): Promise<ConversationRow | undefined> {
  return lock(db, id).where('state', 'in', states).where('deleted_at', 'is', null).executeTakeFirst();
}

/** Takes the lock on a conversation in whatever state, closed ones as well; undefined when it is gone. */
export function lockUnlessDeleted(db: WriteDb, id: number): Promise<ConversationRow | undefined> {
  return lock(db, id).where('deleted_at', 'is', null).executeTakeFirst();
}

/** Takes the lock on a conversation also when nobody finds it any more; undefined when nothing is left of it. */
export function lockEvenDeleted(db: WriteDb, id: number): Promise<ConversationRow | undefined> {
  return lock(db, id).executeTakeFirst();
}
