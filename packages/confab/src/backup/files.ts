import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { syncFile, syncFolder } from '../durable-files.ts';
import type { BackedUpFile } from './manifest.ts';

/** Size and SHA-256 of a file. */
export async function fingerprint(file: string): Promise<Pick<BackedUpFile, 'bytes' | 'sha256'>> {
  const { meter, result } = metered();
  await pipeline(createReadStream(file), meter, async (source) => {
    for await (const _ of source);
  });
  return result();
}

/** Copies a file into a new private one that is on disk afterwards, and returns what was read of it. */
export async function copyDurably(from: string, to: string): Promise<Pick<BackedUpFile, 'bytes' | 'sha256'>> {
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
  const { meter, result } = metered();
  await pipeline(createReadStream(from), meter, createWriteStream(to, { flags: 'wx', mode: 0o600 }));
  syncFile(to);
  syncFolder(dirname(to));
  return result();
}

/** The regular files below a folder, which need not be there, as paths with slashes. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

function metered() {
  const hash = createHash('sha256');
  let bytes = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(undefined, chunk);
    },
  });
  return { meter, result: () => ({ bytes, sha256: hash.digest('hex') }) };
}
