import type { ReadDb } from '../../store/seam.ts';
import { type MediaItem, mediaItem } from './media-item.ts';

/** Files that a message is about to be sent with, in its order: what is told of them before. Null when there are none. */
export async function mediaToSend(
  read: ReadDb,
  serviceId: number,
  sids: readonly string[],
): Promise<MediaItem[] | null> {
  if (sids.length === 0) return null;
  const rows = await read
    .selectFrom('media')
    .selectAll()
    .where('service_id', '=', serviceId)
    .where('sid', 'in', [...sids])
    .execute();
  const items = new Map(rows.map((row) => [row.sid, mediaItem(row)]));
  return sids.flatMap((sid) => items.get(sid) ?? []);
}
