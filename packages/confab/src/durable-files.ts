import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Makes the content of a file durable. */
export function syncFile(file: string): void {
  // For writing, since Windows syncs no file that was opened to be read.
  sync(file, 'r+');
}

/** Makes the names in a folder durable. Windows cannot open a folder, and needs no such call. */
export function syncFolder(folder: string): void {
  if (process.platform !== 'win32') sync(folder, 'r');
}

function sync(path: string, flags: string): void {
  const descriptor = openSync(path, flags);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
