import type { WriteDb } from '../../store/seam.ts';
import { lockEvenDeleted } from '../conversation/lock-state.ts';
import { releaseAddresses } from '../conversation/release-addresses.ts';
import { removeMediaIn } from '../media/remove-media.ts';
import { purgeTombstones } from '../sync/purge-tombstones.ts';

/** What belongs to a conversation in rows of its own, in the order in which it goes. */
const CHILDREN = ['messages', 'participants', 'conversation_webhooks', 'joining_participants'] as const;

/** Removes up to `limit` rows of a conversation that nobody finds any more, at last its own. Resolves with how many went. */
export async function purgeConversation(db: WriteDb, id: number, limit: number, now: number): Promise<number> {
  // Whoever changes the conversation now is let finish: nothing that they have found goes from under their hands.
  await lockEvenDeleted(db, id);
  const files = await removeMediaIn(db, id, limit, now);
  if (files > 0) return files;
  for (const table of CHILDREN) {
    const rows = await db.selectFrom(table).select('id').where('conversation_id', '=', id).limit(limit).execute();
    if (rows.length === 0) continue;
    const ids = rows.map((row) => row.id);
    await db.deleteFrom(table).where('id', 'in', ids).execute();
    return ids.length;
  }
  const forgotten = await purgeTombstones(db, ['messages', 'roster'], [id], limit);
  if (forgotten > 0) return forgotten;
  await releaseAddresses(db, id);
  await db.deleteFrom('conversations').where('id', '=', id).execute();
  return 1;
}
