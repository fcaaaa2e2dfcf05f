import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { syncFolder } from '../durable-files.ts';
import { KEY_BYTES } from './derive-key.ts';
import { MasterKeyError, parseMasterKey } from './master-key.ts';

const FILE_NAME = 'master.key';

/** Where the master key of a data folder lies when it is not given in the configuration. */
export function masterKeyFile(dataDir: string): string {
  return join(dataDir, FILE_NAME);
}

/**
 * The master key in `dataDir`, or undefined when there is no `master.key`.
 * Throws MasterKeyError when the file cannot be read, others may read it, or it holds no key.
 */
export function loadMasterKey(dataDir: string): Buffer | undefined {
  const file = masterKeyFile(dataDir);
  const text = readPrivateFile(file);
  if (text === undefined) return undefined;
  try {
    return parseMasterKey(text);
  } catch (error) {
    if (error instanceof MasterKeyError)
      throw new MasterKeyError(`The master key in ${file} is unusable: ${error.message}.`);
    throw error;
  }
}

/**
 * Makes a random master key and stores it in `dataDir`: mode 0600, complete or not at all, on disk when this returns.
 * Never replaces a key: if there is a `master.key` already, or another process makes one first, throws MasterKeyError.
 */
export function createMasterKey(dataDir: string): Buffer {
  const file = masterKeyFile(dataDir);
  const key = randomBytes(KEY_BYTES);
  const draft = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    try {
      writeDurably(draft, `${key.toString('base64')}\n`);
      // Unlike a rename, a link never replaces what is there: no start of Confab can throw a key away.
      linkSync(draft, file);
    } finally {
      rmSync(draft, { force: true });
    }
    syncFolder(dataDir);
  } catch (error) {
    throw new MasterKeyError(
      `Cannot create ${file} (${codeOf(error)}). Make the folder writable, or give the key in CONFAB_MASTER_KEY.`,
      { cause: error },
    );
  }
  return key;
}

function readPrivateFile(file: string): string | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw unreadable(file, error);
  }
  try {
    // The open file is asked, not its name, so that what was checked is what is read. Windows has no such mode bits.
    const mode = fstatSync(descriptor).mode & 0o777;
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new MasterKeyError(
        `${file} can be read or changed by other users (mode 0${mode.toString(8)}). Run: chmod 600 '${file}'. ` +
          'If others may have read it, the secrets that it protects should be replaced.',
      );
    }
    return readFileSync(descriptor, 'utf8');
  } catch (error) {
    throw error instanceof MasterKeyError ? error : unreadable(file, error);
  } finally {
    closeSync(descriptor);
  }
}

function writeDurably(file: string, text: string): void {
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function unreadable(file: string, cause: unknown): MasterKeyError {
  return new MasterKeyError(`Cannot read ${file} (${codeOf(cause)}). It must be a file that Confab's user can read.`, {
    cause,
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
