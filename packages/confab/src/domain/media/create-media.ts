import { appendEvent, type MediaCategory, type WriteDb } from '../../store/seam.ts';
import { nameOf, type ServiceRef } from '../actor.ts';
import type { Command } from '../command.ts';
import { DomainError, invalidParameter, refusals } from '../errors.ts';
import { perService } from '../rates.ts';
import { requireLiveService } from '../service/require-live-service.ts';
import { checkLength } from '../text.ts';
import { isLiveUser } from '../user/queries.ts';
import { type MediaRow, mediaItem } from './media-item.ts';

/** A file whose bytes are safe in the storage, under the SID. */
export interface StoredFile {
  /** Random as a whole: it says nothing of when or where. */
  sid: string;
  size: number;
  /** What the bytes look like, where that is known. */
  sniffedType: string | null;
  width: number | null;
  height: number | null;
  thumbnailSize: number | null;
}

/** What is said of a file by whoever sends it. */
export interface FileDescription {
  contentType: string;
  filename: string | undefined;
  category: MediaCategory;
  /** It came as a form. */
  multipart: boolean;
}

export interface CreateMediaInput extends FileDescription {
  service: ServiceRef;
  file: StoredFile;
}

/** RFC 9110 8.3.1: printable, so that it can stand in a header as it came. */
const CONTENT_TYPE =
  /^[!#$%&'*+.^_`|~0-9A-Za-z-]+\/[!#$%&'*+.^_`|~0-9A-Za-z-]+(?:[ \t]*;[ \t]*[!#$%&'*+.^_`|~0-9A-Za-z-]+=(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+|"[\x20\x21\x23-\x5b\x5d-\x7e]*"))*$/;

const LONGEST_CONTENT_TYPE = 255;

/** Refuses (20001) a description that no record can have. Apart, so that it is known before the bytes have come. */
export function checkFileDescription(
  { contentType, filename }: Pick<FileDescription, 'contentType' | 'filename'>,
  filenameCharacters: number,
): void {
  if (contentType.length > LONGEST_CONTENT_TYPE || !CONTENT_TYPE.test(contentType))
    throw invalidParameter('Content-Type must be a media type such as image/png.', 'Content-Type');
  if (filename !== undefined) checkLength('Filename', filename, filenameCharacters, 20001);
}

/**
 * Makes the record of a file that was uploaded. It belongs to whoever uploaded it until it is attached, which must happen within
 * `mediaUnattachedMs` (lifecycle 9). Refuses a user who has too much lying about already.
 */
export const createMedia: Command<CreateMediaInput, CreateMediaInput, MediaRow> = {
  name: 'createMedia',
  rate: perService,
  prepare({ limits }, input) {
    checkFileDescription(input, limits.mediaFilenameCharacters);
    return input;
  },
  async transact({ actor, db, limits, now }, { service, file, contentType, filename, category, multipart }) {
    await requireLiveService(db, service);
    const userId = actor.kind === 'user' ? actor.user.id : null;
    if (userId !== null) {
      if (!(await isLiveUser(db, userId))) throw refusals.notAllowed();
      if ((await unattachedBytes(db, userId)) + file.size > limits.mediaUnattachedBytesPerUser)
        throw new DomainError(
          20429,
          429,
          'Too many files wait for their messages: send those, or wait until they are swept.',
        );
    }
    const row = await db
      .insertInto('media')
      .values({
        sid: file.sid,
        service_id: service.id,
        user_id: userId,
        author: nameOf(actor),
        category,
        content_type: contentType,
        filename: filename ?? null,
        size: file.size,
        multipart: multipart ? 1 : 0,
        sniffed_type: file.sniffedType,
        width: file.width,
        height: file.height,
        thumbnail_size: file.thumbnailSize,
        created_at: now,
        updated_at: now,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await appendEvent(db, {
      service_id: service.id,
      kind: 'media.added',
      subject_sid: row.sid,
      actor: nameOf(actor),
      payload: JSON.stringify({ ...mediaItem(row), author: row.author, created_at: now }),
      created_at: now,
    });
    return row;
  },
};

async function unattachedBytes(db: WriteDb, userId: number): Promise<number> {
  const { bytes } = await db
    .selectFrom('media')
    .select(({ fn }) => fn.sum<number | string | null>('size').as('bytes'))
    .where('user_id', '=', userId)
    .where('message_sid', 'is', null)
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(bytes);
}
