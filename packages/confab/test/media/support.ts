import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createDiskStorage, createImageReader, createMediaLibrary, type MediaStorage } from '../../src/media/index.ts';
import type { TestDomain } from '../support/store.ts';

export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** A folder that is removed when the test has finished. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'confab-media-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Every file below a folder. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [entry.name] : [],
  );
}

/** The library of a domain over files in a folder of its own. */
export function libraryOver({ execute, clock, limits }: TestDomain, storage?: MediaStorage) {
  const folder = temporaryFolder();
  const kept = storage ?? createDiskStorage(folder);
  const readImage = createImageReader(limits, () => {});
  const library = createMediaLibrary({
    storage: kept,
    incoming: join(folder, 'incoming'),
    requireRoom: () => {},
    readImage,
    execute,
    clock,
    limits,
  });
  return { library, storage: kept, folder };
}

export async function* bytes(...chunks: (string | Uint8Array)[]): AsyncIterable<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}
