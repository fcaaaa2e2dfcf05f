import type { WriteDb } from '../../store/seam.ts';
import { refusals } from '../errors.ts';

/** Takes the lock on the user, so that nothing becomes theirs while they are deleted. Refuses (50107) who was deleted before. */
export async function lockUser(db: WriteDb, id: number): Promise<void> {
  const live = await db
    .updateTable('users')
    .set((eb) => ({ updated_at: eb.ref('updated_at') }))
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (live === undefined) throw refusals.notAllowed();
}
