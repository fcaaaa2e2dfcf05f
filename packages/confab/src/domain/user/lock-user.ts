import type { UserRow, WriteDb } from '../../store/seam.ts';
import { refusals } from '../errors.ts';

/** Takes the lock that orders all changes of a user, and returns the row as it is with it; undefined of who was deleted. */
export function lockLiveUser(db: WriteDb, id: number): Promise<UserRow | undefined> {
  return db
    .updateTable('users')
    .set((eb) => ({ info_event: eb.ref('info_event') }))
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
}

/** Takes the lock on the user, so that nothing becomes theirs while they are deleted. Refuses (50107) who was deleted before. */
export async function lockUser(db: WriteDb, id: number): Promise<void> {
  if ((await lockLiveUser(db, id)) === undefined) throw refusals.notAllowed();
}
