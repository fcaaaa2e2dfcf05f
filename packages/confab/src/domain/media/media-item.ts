import type { Selectable } from 'kysely';
import type { MediaCategory, MediaTable, MessageRow } from '../../store/seam.ts';

export type MediaRow = Selectable<MediaTable>;

/** What a message tells of one of its files. */
export interface MediaItem {
  readonly sid: string;
  readonly category: MediaCategory;
  readonly filename: string | null;
  readonly content_type: string;
  readonly size: number;
}

export function mediaItem({ sid, category, filename, content_type, size }: MediaRow): MediaItem {
  return { sid, category, filename, content_type, size };
}

/** The files of a message, in their order; null when it has none. */
export function mediaOf({ media }: Pick<MessageRow, 'media'>): readonly MediaItem[] | null {
  return media === null ? null : JSON.parse(media);
}
