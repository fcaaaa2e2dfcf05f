import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig, type ResolvedConfig } from '../config/index.ts';
import { renewEpoch } from '../domain/index.ts';
import { createLogger } from '../logging.ts';
import { createSecretBox, MasterKeyError } from '../secrets/index.ts';
import { keptMasterKey } from '../server/kept-master-key.ts';
import { DataFolderError, lockDataFolder } from '../store/data-folder-lock.ts';
import { openStore, SQLITE_FILE, type StoreLocation } from '../store/index.ts';
import type { CliContext } from './context.ts';
import { isRefusal } from './refusal.ts';

/**
 * `confab renew-epoch`: for an operator who has put a copy of the data back. Clients that were connected after the copy was made are
 * told to start anew, instead of silently dropping what comes under event ids that they have seen (invariant 11). Resolves with the
 * exit code.
 */
export async function renewEpochCommand(context: CliContext, argv: readonly string[]): Promise<number> {
  const { env, cwd, readFile, stdout, stderr } = context;
  try {
    await renew(loadConfig({ env, argv, cwd, readFile }));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    stderr.write(`confab cannot renew the epoch: ${error.message}\n`);
    return 1;
  }
  stdout.write('The epoch is renewed: clients of what was here before will be told to start anew.\n');
  return 0;
}

async function renew({ config, secrets, warnings }: ResolvedConfig): Promise<void> {
  const logger = createLogger({ level: config.logLevel });
  for (const warning of warnings) logger.warn(warning);
  const { databaseUrl } = secrets;
  const lock = databaseUrl === undefined ? lockDatabaseIn(config.dataDir) : undefined;
  try {
    const masterKey = secrets.masterKey ?? keptMasterKey(config.dataDir);
    if (masterKey === undefined) throw new MasterKeyError('There is no master key. Give it in CONFAB_MASTER_KEY.');
    const location: StoreLocation =
      databaseUrl === undefined
        ? { engine: 'sqlite', folder: config.dataDir }
        : { engine: 'postgres', url: databaseUrl };
    const store = await openStore(location, {
      maxBatch: config.limits.batchCommands,
      maxWaiting: config.limits.commandsWaiting,
      onCommit: () => {},
      onBackgroundError: (error) => logger.warn({ err: error }, 'background work failed'),
    });
    try {
      await renewEpoch(store, createSecretBox(masterKey));
    } finally {
      await store.close();
    }
  } finally {
    lock?.release();
  }
}

/** Looks first: taking the lock would make the folder, and opening the store a database. */
function lockDatabaseIn(dataDir: string): { release(): void } {
  if (!existsSync(join(dataDir, SQLITE_FILE))) {
    throw new DataFolderError(
      `There is no ${SQLITE_FILE} in ${dataDir}. Put the copy back first, or name its folder in CONFAB_DATA_DIR.`,
    );
  }
  return lockDataFolder(dataDir);
}
