import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { syncFile, syncFolder } from '../durable-files.ts';
import { SQLITE_FILE } from '../store/index.ts';
import { copyDatabase } from '../store/sqlite/copy-database.ts';
import { BackupError } from './backup-error.ts';
import { factsOf, faultsOf } from './database-facts.ts';
import { copyDurably, filesBelow, fingerprint } from './files.ts';
import { type BackedUpFile, MANIFEST_FILE, type Manifest, manifestText } from './manifest.ts';
import { INCOMING_FOLDER, MEDIA_FOLDER } from './media-folder.ts';

/** How long SQLite is waited for, in ms: it is held for moments only, when the log is moved into the database. */
const BUSY_MS = 10_000;

/**
 * Copies the database and the media of a data folder into `target`, a folder that is made or empty, while a server may go on writing. The
 * master key is not copied. The manifest comes last: a folder without it is no backup. Throws BackupError.
 */
export async function makeBackup(dataDir: string, target: string, now: number): Promise<Omit<Manifest, 'format'>> {
  const source = join(dataDir, SQLITE_FILE);
  if (!existsSync(source)) {
    throw new BackupError(`There is no ${SQLITE_FILE} in ${dataDir}. Name the folder that has it in CONFAB_DATA_DIR.`);
  }
  mkdirSync(target, { recursive: true, mode: 0o700 });
  if (readdirSync(target).length > 0) {
    throw new BackupError(`${target} is not empty. Name a new folder for each backup.`);
  }
  const copy = join(target, SQLITE_FILE);
  const database = new DatabaseSync(source, { readOnly: true, timeout: BUSY_MS });
  try {
    copyDatabase(database, copy);
  } finally {
    database.close();
  }
  const facts = checkedFactsOf(copy);
  const files: BackedUpFile[] = [{ path: SQLITE_FILE, ...(await fingerprint(copy)) }];
  // After the database: a file is on disk before the row that names it, and outlives that row long enough.
  for (const name of filesBelow(join(dataDir, MEDIA_FOLDER))) {
    if (name.startsWith(`${INCOMING_FOLDER}/`)) continue;
    const path = `${MEDIA_FOLDER}/${name}`;
    const copied = await copyUnlessGone(join(dataDir, path), join(target, path));
    if (copied !== undefined) files.push({ path, ...copied });
  }
  const manifest = { made_at: new Date(now).toISOString(), ...facts, files };
  const file = join(target, MANIFEST_FILE);
  writeFileSync(file, manifestText(manifest), { flag: 'wx', mode: 0o600 });
  syncFile(file);
  syncFolder(target);
  return manifest;
}

/** A backup of a damaged database must be told of now, not when it is needed. */
function checkedFactsOf(file: string) {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const [fault] = faultsOf(database);
    if (fault !== undefined) {
      throw new BackupError(
        `The database is damaged (${fault}). Keep the backups that you have, and see confab doctor.`,
      );
    }
    return factsOf(database);
  } finally {
    database.close();
  }
}

/** A file that was swept after it was listed belongs to nothing in the copy of the database. */
async function copyUnlessGone(from: string, to: string) {
  try {
    return await copyDurably(from, to);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
