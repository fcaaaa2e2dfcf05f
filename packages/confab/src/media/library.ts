import { mkdir, opendir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type Clock, systemClock } from '../clock.ts';
import type { Limits } from '../config/index.ts';
import {
  type AccountActor,
  checkFileDescription,
  createMedia,
  DomainError,
  type Execute,
  type FileDescription,
  type MediaRow,
  type ServiceRef,
  type UserActor,
} from '../domain/index.ts';
import { newRandomSid } from '../sid.ts';
import { CommitOutcomeUnknownError } from '../store/index.ts';
import type { ImageReader } from './image.ts';
import { receiveFile } from './receive-file.ts';
import { sniff } from './sniff.ts';
import { type ByteRange, type MediaStorage, StorageUnavailableError } from './storage.ts';

/** Files with their records. */
export interface MediaLibrary {
  /**
   * Takes in a file, which is whole and on the disk before there is a record of it. It belongs to the actor till it is attached to a message
   * (`mediaSids` of `sendMessage`). Throws DomainError for what is not acceptable; whatever goes wrong leaves nothing.
   */
  store(
    actor: AccountActor | UserActor,
    service: ServiceRef,
    description: FileDescription,
    source: AsyncIterable<unknown>,
  ): Promise<MediaRow>;
  /** The bytes. Undefined when they are gone. */
  open(media: Pick<MediaRow, 'sid' | 'inline_content'>, range?: ByteRange): Promise<Readable | undefined>;
  openThumbnail(media: Pick<MediaRow, 'sid'>, range?: ByteRange): Promise<Readable | undefined>;
  /** Removes what broken-off uploads of processes that are gone have left. */
  clearIncoming(): Promise<void>;
}

export interface LibraryOptions {
  storage: MediaStorage;
  /** A folder for what is on its way in. */
  incoming: string;
  /** Throws when the disk of that folder is nearly full: the rest of it is the database's. */
  requireRoom: () => void;
  readImage: ImageReader;
  execute: Execute;
  clock: Clock;
  limits: Limits;
}

/** Key of the thumbnail of a file. */
export function thumbnailKey(sid: string): string {
  return `${sid}.thumbnail`;
}

/** An upload writes all the time, or is cut off: what was not written to for so long is left over. */
const LEFT_OVER_MS = 3_600_000;

export function createMediaLibrary(options: LibraryOptions): MediaLibrary {
  const { storage, incoming, requireRoom, readImage, execute, clock, limits } = options;

  /** Moves the bytes from where they came in to where they stay. The thumbnail first, which nobody looks for without the file. */
  async function keep(sid: string, file: string) {
    const sniffedType = await sniff(file);
    const image = sniffedType?.startsWith('image/') ? await readImage(file) : undefined;
    const { width = null, height = null, thumbnail } = image ?? {};
    if (thumbnail !== undefined) {
      const thumbnailFile = `${file}.thumbnail`;
      try {
        await writeFile(thumbnailFile, thumbnail, { mode: 0o600 });
        await storage.keep(thumbnailKey(sid), thumbnailFile);
      } finally {
        await rm(thumbnailFile, { force: true });
      }
    }
    await storage.keep(sid, file);
    return { sniffedType, width, height, thumbnailSize: thumbnail?.length ?? null };
  }

  return {
    async store(actor, service, description, source) {
      checkFileDescription(description, limits.mediaFilenameCharacters);
      requireRoom();
      await mkdir(incoming, { recursive: true, mode: 0o700 });
      const sid = newRandomSid('ME');
      const file = join(incoming, sid);
      let moved = false;
      try {
        const size = await receiveFile(source, file, { limits, clock });
        moved = true;
        const facts = await keep(sid, file);
        return await execute(createMedia, actor, { ...description, service, file: { sid, size, ...facts } });
      } catch (error) {
        // Unless the outcome is not known: then the sweep decides, by whether there is a record.
        if (moved && !(error instanceof CommitOutcomeUnknownError))
          await Promise.allSettled([storage.remove(sid), storage.remove(thumbnailKey(sid))]);
        throw refusalOf(error);
      } finally {
        await rm(file, { force: true });
      }
    },
    open: (media, range) => openFile(storage, media, range),
    openThumbnail: ({ sid }, range) => opened(storage.open(thumbnailKey(sid), range)),
    async clearIncoming() {
      await mkdir(incoming, { recursive: true, mode: 0o700 });
      for await (const { name } of await opendir(incoming)) {
        const file = join(incoming, name);
        const written = await stat(file).catch(() => undefined);
        // By the machine's clock, which is what file times are of.
        if (written !== undefined && systemClock().now() - written.mtimeMs > LEFT_OVER_MS)
          await rm(file, { force: true });
      }
    },
  };
}

/** The bytes of a file. Undefined when they are gone. Throws DomainError 20503 when the storage cannot be asked. */
export async function openFile(
  storage: MediaStorage,
  { sid, inline_content }: Pick<MediaRow, 'sid' | 'inline_content'>,
  range?: ByteRange,
): Promise<Readable | undefined> {
  if (inline_content === null) return opened(storage.open(sid, range));
  const bytes = Buffer.from(inline_content);
  return Readable.from([range === undefined ? bytes : bytes.subarray(range.from, range.to + 1)]);
}

const MACHINE_FAULTS: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS']);

/** The storage is to blame, and the log says for what. */
class StorageRefusal extends DomainError {
  constructor(message: string, cause: unknown) {
    super(20503, 503, message);
    this.cause = cause;
  }
}

/** What is wrong with the machine or the storage is not the sender's fault (invariant 12). */
function refusalOf(error: unknown): unknown {
  const ours =
    error instanceof StorageUnavailableError ||
    (error instanceof Error && 'code' in error && MACHINE_FAULTS.has(error.code));
  if (!ours) return error;
  return new StorageRefusal('Files cannot be stored now. Nothing was stored: send it again.', error);
}

async function opened(opening: Promise<Readable | undefined>): Promise<Readable | undefined> {
  try {
    return await opening;
  } catch (error) {
    throw new StorageRefusal('The file cannot be read now: ask for it again.', error);
  }
}
