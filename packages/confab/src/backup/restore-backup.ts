import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { renewEpoch } from '../domain/index.ts';
import { syncFolder } from '../durable-files.ts';
import type { SecretBox } from '../secrets/index.ts';
import { openStore, SQLITE_FILE } from '../store/index.ts';
import { BackupError } from './backup-error.ts';
import { factsOf, faultsOf } from './database-facts.ts';
import { copyDurably } from './files.ts';
import { MANIFEST_FILE, type Manifest, parseManifest } from './manifest.ts';
import { MEDIA_FOLDER } from './media-folder.ts';

/** What a data folder may hold already: the key that the backup needs, and what a lock leaves behind. */
const HARMLESS = new Set(['master.key', 'confab.lock', 'confab.lock-journal', 'confab.pid']);

/**
 * Puts a backup into a data folder that holds no data yet, as a database under a new epoch, so that clients of what was there later are
 * told to start anew (invariant 11). Everything is checked before anything is in its place: sizes and checksums, the database's own
 * integrity, the counts of its rows, the master key. A backup of an older release is brought up to date. Throws BackupError, SchemaError,
 * FirstStartError.
 */
export async function restoreBackup(backup: string, dataDir: string, secretBox: SecretBox): Promise<Manifest> {
  const manifest = readManifest(backup);
  requireNoData(dataDir);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const staging = mkdtempSync(join(dataDir, 'restoring-'));
  try {
    for (const { path, bytes, sha256 } of manifest.files) {
      const read = await copyDurably(join(backup, path), join(staging, path)).catch(damaged(path));
      if (read.bytes !== bytes || read.sha256 !== sha256) {
        throw new BackupError(`${path} of the backup is not what was written: it is damaged. Take another backup.`);
      }
    }
    checkDatabase(join(staging, SQLITE_FILE), manifest);
    const store = await openStore(
      { engine: 'sqlite', folder: staging },
      { maxBatch: 1, maxWaiting: 1, onCommit: () => {}, onBackgroundError: () => {} },
    );
    try {
      await renewEpoch(store, secretBox);
    } finally {
      await store.close();
    }
    // The database last: a folder with a database in it is a restored one.
    for (const name of [MEDIA_FOLDER, SQLITE_FILE]) {
      if (existsSync(join(staging, name))) renameSync(join(staging, name), join(dataDir, name));
    }
    syncFolder(dataDir);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  return manifest;
}

function readManifest(backup: string): Manifest {
  const file = join(backup, MANIFEST_FILE);
  if (!existsSync(file)) {
    throw new BackupError(`There is no ${MANIFEST_FILE} in ${backup}: it is no backup, or one that was not finished.`);
  }
  const manifest = parseManifest(readFileSync(file, 'utf8'));
  if (!manifest.files.some(({ path }) => path === SQLITE_FILE)) {
    throw new BackupError(`${MANIFEST_FILE} names no ${SQLITE_FILE}: the backup is damaged.`);
  }
  return manifest;
}

function requireNoData(dataDir: string): void {
  if (!existsSync(dataDir)) return;
  const found = readdirSync(dataDir).find((name) => !HARMLESS.has(name));
  if (found === undefined) return;
  throw new BackupError(
    `${dataDir} is not empty: there is ${found} in it. Restore into another folder with --data-dir, or move what is there away.`,
  );
}

function checkDatabase(file: string, manifest: Manifest): void {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const [fault] = faultsOf(database);
    if (fault !== undefined) throw new BackupError(`The database of the backup is damaged: ${fault}.`);
    const { counts } = factsOf(database);
    for (const [table, count] of Object.entries(manifest.counts)) {
      if (counts[table] === count) continue;
      throw new BackupError(`The backup has ${counts[table] ?? 0} rows in ${table}, and was made with ${count}.`);
    }
  } finally {
    database.close();
  }
}

function damaged(path: string): (error: unknown) => never {
  return (error) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BackupError(`${path} of the backup cannot be copied: ${reason}`, { cause: error });
  };
}
