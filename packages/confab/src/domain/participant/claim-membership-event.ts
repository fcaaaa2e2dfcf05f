import { LostRaceError, type WriteDb } from '../../store/seam.ts';

/**
 * The next event id of the user's my-conversations map. Taken after the conversation's, in every command, so that locks rarely cross. Of a
 * deleted user there is none but for what is removed.
 */
export async function claimMembershipEvent(
  db: WriteDb,
  userId: number,
  { removal = false }: { removal?: boolean } = {},
): Promise<number> {
  const user = db
    .updateTable('users')
    .set((eb) => ({ conversations_event: eb('conversations_event', '+', 1) }))
    .where('id', '=', userId)
    .returning('conversations_event');
  const claimed = await (removal ? user : user.where('deleted_at', 'is', null)).executeTakeFirst();
  if (claimed === undefined) throw new LostRaceError('The user was deleted in the meantime.');
  return claimed.conversations_event;
}
