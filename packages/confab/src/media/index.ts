export { createDiskStorage } from './disk-storage.ts';
export { createTemporaryLinks } from './http/links.ts';
export { registerMedia } from './http/register-media.ts';
export { createImageReader } from './image.ts';
export { createMediaLibrary, type MediaLibrary, openFile } from './library.ts';
export { createS3Storage, type S3Options } from './s3-storage.ts';
export type { MediaStorage } from './storage.ts';
export { removeOrphans, sweepMedia } from './sweep.ts';
