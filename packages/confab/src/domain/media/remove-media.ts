import type { ReadDb, Store, WriteDb } from '../../store/seam.ts';

const HOUR_MS = 3_600_000;

/** In place of the time of a removal: there is no backup that needs the bytes, or nobody may have them any more. */
const AT_ONCE = 0;

/** Removes the files of a message that is being removed, in its transaction: nobody finds them from then on (lifecycle 9). */
export async function removeMediaOf(db: WriteDb, messageSid: string, now: number): Promise<void> {
  await db
    .updateTable('media')
    .set({ deleted_at: now })
    .where('message_sid', '=', messageSid)
    .where('deleted_at', 'is', null)
    .execute();
}

/** Removes these files, apart from their messages. Resolves with those that were still there. */
export async function removeMediaRows(
  db: WriteDb,
  ids: readonly number[],
  now: number,
): Promise<{ sid: string; message_sid: string | null }[]> {
  return db
    .updateTable('media')
    .set({ deleted_at: now })
    .where('id', 'in', ids)
    .where('deleted_at', 'is', null)
    .returning(['sid', 'message_sid'])
    .execute();
}

/** Has the bytes of a removed message's files go at the next sweep, whatever backups miss. */
export async function purgeMediaOf(db: WriteDb, messageSid: string): Promise<void> {
  await db.updateTable('media').set({ deleted_at: AT_ONCE }).where('message_sid', '=', messageSid).execute();
}

/** Has the bytes of these files go at the next sweep, whatever backups miss, and says no more who uploaded them, or what they were called. */
export async function purgeMediaBy(db: WriteDb, ids: readonly number[], pseudonym: string): Promise<void> {
  await db
    .updateTable('media')
    .set({ deleted_at: AT_ONCE, author: pseudonym, filename: null })
    .where('id', 'in', ids)
    .execute();
}

/** Gives the files of a message another author. */
export async function renameAuthorOfMedia(db: WriteDb, messageSid: string, from: string, to: string): Promise<void> {
  await db
    .updateTable('media')
    .set({ author: to })
    .where('message_sid', '=', messageSid)
    .where('author', '=', from)
    .execute();
}

/** Removes up to `limit` files of a conversation that was deleted. Resolves with how many. */
export async function removeMediaIn(db: WriteDb, conversationId: number, limit: number, now: number): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('media')
    .set({ deleted_at: now })
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('media')
        .select('id')
        .where('conversation_id', '=', conversationId)
        .where('deleted_at', 'is', null)
        .limit(limit),
    )
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}

/** Removes up to `limit` files that no message had in time, made at `before` (ms) or earlier. Resolves with how many. */
export async function expireUnattachedMedia(store: Store, before: number, limit: number): Promise<number> {
  const expired = await store.read
    .selectFrom('media')
    .select('id')
    .where('message_sid', 'is', null)
    .where('deleted_at', 'is', null)
    .where('created_at', '<=', before)
    .orderBy('created_at')
    .limit(limit)
    .execute();
  if (expired.length === 0) return 0;
  await store.write(({ db }) =>
    db
      .updateTable('media')
      // A backup that has the row sweeps it as well, and misses no bytes.
      .set({ deleted_at: AT_ONCE })
      .where(
        'id',
        'in',
        expired.map(({ id }) => id),
      )
      .where('message_sid', 'is', null)
      .execute(),
  );
  return expired.length;
}

/**
 * Up to `limit` SIDs of removed files whose bytes may go now: not before whoever copies files has those that the copied database tells of.
 */
export async function mediaToPurge(
  db: ReadDb,
  now: number,
  { mediaBytesKeptHours }: { mediaBytesKeptHours: number },
  limit: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom('media')
    .select('sid')
    .where('deleted_at', '<=', now - mediaBytesKeptHours * HOUR_MS)
    .orderBy('deleted_at')
    .limit(limit)
    .execute();
  return rows.map(({ sid }) => sid);
}

/** Forgets files whose bytes are gone. */
export async function forgetMedia(store: Store, sids: readonly string[]): Promise<void> {
  await store.write(({ db }) =>
    db.deleteFrom('media').where('sid', 'in', sids).where('deleted_at', 'is not', null).execute(),
  );
}

/** Those of the SIDs, at most 1,000, that the database knows, removed or not. */
export async function knownMedia(db: ReadDb, sids: readonly string[]): Promise<ReadonlySet<string>> {
  if (sids.length === 0) return new Set();
  const rows = await db.selectFrom('media').select('sid').where('sid', 'in', sids).execute();
  return new Set(rows.map(({ sid }) => sid));
}
