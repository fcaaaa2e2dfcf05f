import type { Generated } from 'kysely';

/** `body` and `history` are parts of an e-mail. */
export type MediaCategory = 'media' | 'body' | 'history';

/** A file. Its bytes are in the media storage, under the SID, and are there before the row is (lifecycle 9). */
export interface MediaTable {
  id: Generated<number>;
  sid: string;
  service_id: number;
  /** Who uploaded it; null for account credentials. */
  user_id: number | null;
  author: string;
  /** Both null until it is attached, which happens once. */
  conversation_id: Generated<number | null>;
  message_sid: Generated<string | null>;
  category: MediaCategory;
  /** As it was given: what the bytes are says `sniffed_type`. */
  content_type: string;
  filename: string | null;
  size: number;
  /** 1 when it came as a form (`multipart/form-data`). */
  multipart: number;
  /** What the bytes look like, where that is known. */
  sniffed_type: string | null;
  /** Of an image, as it is to be shown. */
  width: number | null;
  height: number | null;
  /** Bytes of the thumbnail, which is stored beside it; null when there is none. */
  thumbnail_size: number | null;
  /** The bytes themselves, of what the server made: a content template's variant. Null when they are in the storage. */
  inline_content: Generated<string | null>;
  created_at: number;
  updated_at: number;
  /** Set when it is gone for everybody. Its bytes go a time later, and the row with them: at once when this is 0. */
  deleted_at: Generated<number | null>;
}
