import { join } from 'node:path';
import { INCOMING_FOLDER, MEDIA_FOLDER } from '../backup/media-folder.ts';
import type { Clock } from '../clock.ts';
import type { Config, Secrets } from '../config/index.ts';
import type { Execute } from '../domain/index.ts';
import type { Logger } from '../logging.ts';
import {
  createDiskStorage,
  createImageReader,
  createMediaLibrary,
  createS3Storage,
  type MediaLibrary,
  type MediaStorage,
} from '../media/index.ts';

export interface OpenMediaOptions {
  config: Config;
  secrets: Secrets;
  execute: Execute;
  clock: Clock;
  logger: Logger;
  /** Throws when the disk is nearly full. */
  requireRoom: () => void;
}

/** Where the bytes of files are kept. */
export function mediaStorageOf(config: Config, { mediaS3SecretAccessKey: secretAccessKey }: Secrets): MediaStorage {
  return config.mediaS3 === undefined || secretAccessKey === undefined
    ? createDiskStorage(join(config.dataDir, MEDIA_FOLDER))
    : createS3Storage({ ...config.mediaS3, secretAccessKey });
}

/** Where files are kept, and what takes them in. */
export function openMedia({ config, secrets, execute, clock, logger, requireRoom }: OpenMediaOptions): {
  storage: MediaStorage;
  library: MediaLibrary;
} {
  const { limits } = config;
  const storage = mediaStorageOf(config, secrets);
  const readImage = createImageReader(limits, (reason) =>
    logger.warn({ err: reason }, 'images get no dimensions and no thumbnails: sharp cannot be loaded'),
  );
  const incoming = join(config.dataDir, MEDIA_FOLDER, INCOMING_FOLDER);
  return {
    storage,
    library: createMediaLibrary({ storage, incoming, requireRoom, readImage, execute, clock, limits }),
  };
}
