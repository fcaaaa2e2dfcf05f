import { closeSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { syncFile, syncFolder } from '../../durable-files.ts';

/**
 * Copies a database, as it is at one moment, into a new file that only this user can read and that is on disk afterwards. Writers go on
 * meanwhile (https://sqlite.org/lang_vacuum.html#vacuum_into); what was deleted is not in the copy. `database` must not be in a
 * transaction. Throws what SQLite and the disk throw, and leaves no half file.
 */
export function copyDatabase(database: DatabaseSync, file: string): void {
  const partial = `${file}.partial`;
  rmSync(partial, { force: true });
  // Made private before anything is in it: SQLite takes an empty file for a new one.
  closeSync(openSync(partial, 'wx', 0o600));
  try {
    database.prepare('VACUUM INTO ?').run(partial);
    syncFile(partial);
    renameSync(partial, file);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
  syncFolder(dirname(file));
}
