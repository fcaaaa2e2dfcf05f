import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { syncFolder } from '../durable-files.ts';

/** The secrets could be written nowhere. Nothing is lost: the next start tries again. */
export class KeepSecretsError extends Error {
  override readonly name = 'KeepSecretsError';
}

/** Where an operator leaves that many behind, the files are not what they are for. */
const MOST_FILES = 100;

/**
 * Writes the text to a new file in the folder that only this user can read, and returns its path when it is on disk (design 5). A file that
 * is there already may hold the secrets of another database: it is left alone. Throws KeepSecretsError.
 */
export function keepSecrets(folder: string, text: string): string {
  try {
    const { file, descriptor } = newFile(folder);
    try {
      writeSync(descriptor, text);
      fsyncSync(descriptor);
    } catch (error) {
      rmSync(file, { force: true });
      throw error;
    } finally {
      closeSync(descriptor);
    }
    syncFolder(folder);
    return file;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new KeepSecretsError(
      `The first credentials cannot be written to ${folder}: ${reason}. ` +
        'Make room for them there, or start once in a terminal to have them shown.',
      { cause: error },
    );
  }
}

function newFile(folder: string): { file: string; descriptor: number } {
  for (let number = 1; number <= MOST_FILES; number += 1) {
    const file = join(folder, number === 1 ? 'first-credentials.txt' : `first-credentials-${number}.txt`);
    try {
      return { file, descriptor: openSync(file, 'wx', 0o600) };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
  throw new Error(`there are ${MOST_FILES} files of first credentials already`);
}
