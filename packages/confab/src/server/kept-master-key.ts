import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadMasterKey, MasterKeyError } from '../secrets/index.ts';
import { SQLITE_FILE } from '../store/index.ts';

/**
 * The key beside the data; undefined where neither is there yet. Throws MasterKeyError where there is a database without its key: a new
 * one would fit nothing in it.
 */
export function keptMasterKey(dataDir: string): Buffer | undefined {
  const key = loadMasterKey(dataDir);
  if (key === undefined && existsSync(join(dataDir, SQLITE_FILE))) {
    throw new MasterKeyError(
      `There is a database in ${dataDir} but no master.key beside it. Put the key back, or give it in CONFAB_MASTER_KEY.`,
    );
  }
  return key;
}
