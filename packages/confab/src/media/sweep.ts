import type { Limits } from '../config/index.ts';
import { expireUnattachedMedia, forgetMedia, knownMedia, mediaToPurge } from '../domain/index.ts';
import type { Store } from '../store/index.ts';
import { thumbnailKey } from './library.ts';
import type { MediaStorage } from './storage.ts';

/** Removes a chunk of files that no message had in time, and of bytes whose time has come. Resolves with how many; 0: nothing is left. */
export async function sweepMedia(
  {
    store,
    storage,
    limits,
  }: { store: Store; storage: MediaStorage; limits: Pick<Limits, 'mediaUnattachedMs' | 'mediaBytesKeptHours'> },
  now: number,
  chunk: number,
): Promise<number> {
  const expired = await expireUnattachedMedia(store, now - limits.mediaUnattachedMs, chunk);
  const sids = await mediaToPurge(store.read, now, limits, chunk);
  // The bytes first: a record without bytes is swept again, bytes without a record would be left.
  for (const sid of sids) {
    await storage.remove(thumbnailKey(sid));
    await storage.remove(sid);
  }
  if (sids.length > 0) await forgetMedia(store, sids);
  return expired + sids.length;
}

const ME_KEY = /^(ME[0-9a-f]{32})(?:\.thumbnail)?$/;

/** How long bytes may be there before their record: many times what a slow database takes. */
const NO_RECORD_YET_MS = 3_600_000;

const CHUNK = 500;

/**
 * Removes bytes that no record tells of: what is left when a node dies between the two. Leaves alone what is not named as files of ours
 * are. `storageNow`: the time of the storage's clock. Resolves with how many went.
 */
export async function removeOrphans(store: Store, storage: MediaStorage, storageNow: number): Promise<number> {
  let removed = 0;
  let keys: string[] = [];
  async function removeUnknown(): Promise<void> {
    const sidOf = (key: string): string => ME_KEY.exec(key)?.[1] ?? '';
    const known = await knownMedia(store.read, [...new Set(keys.map(sidOf))]);
    for (const key of keys.filter((key) => !known.has(sidOf(key)))) {
      await storage.remove(key);
      removed += 1;
    }
    keys = [];
  }
  for await (const { key, storedAt } of storage.keys()) {
    if (!ME_KEY.test(key) || storageNow - storedAt < NO_RECORD_YET_MS) continue;
    keys.push(key);
    if (keys.length >= CHUNK) await removeUnknown();
  }
  await removeUnknown();
  return removed;
}
