import { accessSync, constants, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Another process, or another server in this one, works on the data folder. */
export class DataFolderInUseError extends Error {
  override readonly name = 'DataFolderInUseError';
  /** The process that holds the folder, when it could be read. */
  readonly pid: number | undefined;

  constructor(dir: string, pid: number | undefined) {
    super(
      `The data folder ${dir} is in use by another Confab${pid === undefined ? '' : ` (pid ${pid})`}. ` +
        'Stop that one, or choose another folder with CONFAB_DATA_DIR.',
    );
    this.pid = pid;
  }
}

/** The data folder cannot be used at all: missing rights, a read-only disk, a file in its place. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
}

/** The hold on a data folder. */
export interface DataFolderLock {
  /** Gives the folder up. Calling it again does nothing. */
  release(): void;
}

const LOCK_FILE = 'confab.lock';
// Not in the lock file itself: on POSIX, a process that opens and closes a file loses all its locks on it.
const PID_FILE = 'confab.pid';

/**
 * Takes the data folder `dir` for this process alone, and makes it (mode 0700) when it is missing.
 *
 * The hold is an exclusive transaction on a small SQLite file, so that the operating system ends it with the process,
 * `kill -9` included: nothing stale is ever left to clean up. The pid beside it only serves the refusal's text.
 *
 * Throws DataFolderInUseError at once when the folder is taken, DataFolderError when it cannot be used.
 */
export function lockDataFolder(dir: string): DataFolderLock {
  const lockFile = join(dir, LOCK_FILE);
  const pidFile = join(dir, PID_FILE);
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
    const database = holdExclusively(lockFile);
    if (database === undefined) throw new DataFolderInUseError(dir, readPid(pidFile));
    try {
      // SQLite opens a file that it may not write read-only, and would then hold no exclusive lock without a word.
      accessSync(lockFile, constants.W_OK);
      writeFileSync(pidFile, `${process.pid}\n`);
    } catch (error) {
      database.close();
      throw error;
    }
    return releaseOnce(database, pidFile);
  } catch (error) {
    throw error instanceof DataFolderInUseError ? error : unusable(dir, error);
  }
}

/** An open transaction that excludes every other on `file`, or undefined when there is one already. */
function holdExclusively(file: string): DatabaseSync | undefined {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    // In WAL mode an exclusive transaction would let a second one read; the file is never to be switched to it.
    database.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
}

function isBusy(error: unknown): boolean {
  // SQLITE_BUSY, the low byte of each of its extended codes.
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 5;
}

function releaseOnce(database: DatabaseSync, pidFile: string): DataFolderLock {
  let held = true;
  return {
    release() {
      if (!held) return;
      held = false;
      // Before the lock goes: afterwards the file may be the next holder's.
      rmSync(pidFile, { force: true });
      database.close();
    },
  };
}

function readPid(file: string): number | undefined {
  try {
    const text = readFileSync(file, 'utf8').trim();
    return /^[1-9][0-9]{0,9}$/.test(text) ? Number(text) : undefined;
  } catch {
    return undefined;
  }
}

function unusable(dir: string, cause: unknown): DataFolderError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DataFolderError(
    `The data folder ${dir} cannot be used: ${reason}. ` +
      "It must be a folder that Confab's user may read and write; choose another with CONFAB_DATA_DIR.",
    { cause },
  );
}
