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

/** Where files are kept, and what takes them in. */
export function openMedia({ config, secrets, execute, clock, logger, requireRoom }: OpenMediaOptions): {
  storage: MediaStorage;
  library: MediaLibrary;
} {
  const { limits } = config;
  const folder = join(config.dataDir, MEDIA_FOLDER);
  const secretAccessKey = secrets.mediaS3SecretAccessKey;
  const storage =
    config.mediaS3 === undefined || secretAccessKey === undefined
      ? createDiskStorage(folder)
      : createS3Storage({ ...config.mediaS3, secretAccessKey });
  const readImage = createImageReader(limits, (reason) =>
    logger.warn({ err: reason }, 'images get no dimensions and no thumbnails: sharp cannot be loaded'),
  );
  const incoming = join(folder, INCOMING_FOLDER);
  return {
    storage,
    library: createMediaLibrary({ storage, incoming, requireRoom, readImage, execute, clock, limits }),
  };
}
