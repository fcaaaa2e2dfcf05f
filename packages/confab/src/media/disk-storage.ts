import { type FileHandle, mkdir, open, opendir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { MediaStorage } from './storage.ts';

/** Prefix, and as many folders as spread a million files to some thousands each. */
const FOLDER_DIGITS = 2;

/**
 * Files in folders below `root`, which has to be on the file system of the files that it takes over. Several nodes can share it, when it
 * is a network file system that renames atomically.
 */
export function createDiskStorage(root: string): MediaStorage {
  // Random SIDs: their digits spread the files evenly.
  const pathOf = (key: string): string => join(root, key.slice(2, 2 + FOLDER_DIGITS), key);

  return {
    async keep(key, file) {
      const target = pathOf(key);
      await sync(file);
      if ((await mkdir(dirname(target), { recursive: true, mode: 0o700 })) !== undefined) await sync(root);
      await rename(file, target);
      // The name, too: without it the bytes would be lost.
      await sync(dirname(target));
    },
    async open(key, range) {
      let handle: FileHandle;
      try {
        handle = await open(pathOf(key));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
      return handle.createReadStream(range === undefined ? {} : { start: range.from, end: range.to });
    },
    remove: (key) => rm(pathOf(key), { force: true }),
    async *keys() {
      for await (const folder of entriesOf(root)) {
        if (!folder.isDirectory() || folder.name.length !== FOLDER_DIGITS) continue;
        for await (const file of entriesOf(join(root, folder.name))) {
          const found = await stat(join(root, folder.name, file.name)).catch(() => undefined);
          if (found?.isFile()) yield { key: file.name, storedAt: found.mtimeMs };
        }
      }
    },
  };
}

async function* entriesOf(folder: string) {
  try {
    yield* await opendir(folder);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

async function sync(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
