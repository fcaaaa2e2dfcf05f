import { join } from 'node:path';
import { INCOMING_FOLDER, MEDIA_FOLDER } from '../backup/media-folder.ts';
import type { Clock } from '../clock.ts';
import type { Limits } from '../config/index.ts';
import type { Execute } from '../domain/index.ts';
import type { Logger } from '../logging.ts';
import {
  createDiskStorage,
  createImageReader,
  createMediaLibrary,
  type MediaLibrary,
  type MediaStorage,
} from '../media/index.ts';

/** Where files are kept, and what takes them in. */
export function openMedia(
  dataDir: string,
  { logger, ...context }: { execute: Execute; clock: Clock; limits: Limits; logger: Logger },
): { storage: MediaStorage; library: MediaLibrary } {
  const folder = join(dataDir, MEDIA_FOLDER);
  const storage = createDiskStorage(folder);
  const readImage = createImageReader(context.limits, (reason) =>
    logger.warn({ err: reason }, 'images get no dimensions and no thumbnails: sharp cannot be loaded'),
  );
  const library = createMediaLibrary({ ...context, storage, incoming: join(folder, INCOMING_FOLDER), readImage });
  return { storage, library };
}
