import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInProcessBus, createPostgresBus } from '../bus/index.ts';
import { systemClock } from '../clock.ts';
import { loadConfig, type ResolvedConfig } from '../config/index.ts';
import type { SecretBox } from '../secrets/index.ts';
import { MasterKeyError } from '../secrets/index.ts';
import { keptMasterKey } from '../server/kept-master-key.ts';
import { secretBoxOf } from '../server/master-keys.ts';
import { DataFolderError, lockDataFolder } from '../store/data-folder-lock.ts';
import { openStore, SQLITE_FILE, type Store } from '../store/index.ts';
import type { CliContext } from './context.ts';

/** The configuration as the commands that work on the data read it. Warnings go to standard error: the output may be read by a program. */
export function configOf({ env, cwd, readFile, stderr }: CliContext, argv: readonly string[]): ResolvedConfig {
  const resolved = loadConfig({ env, argv, cwd, readFile });
  for (const warning of resolved.warnings) stderr.write(`warning: ${warning}\n`);
  return resolved;
}

/**
 * Opens the store of a configuration for one piece of work. SQLite's folder must not be in use by a server; PostgreSQL may be, and its nodes
 * hear of what is changed.
 */
export async function withStore<Result>(
  { stderr }: CliContext,
  { config, secrets: { databaseUrl } }: ResolvedConfig,
  use: (store: Store) => Promise<Result>,
): Promise<Result> {
  const { limits, dataDir } = config;
  const onBackgroundError = (error: unknown) => void stderr.write(`background work failed: ${error}\n`);
  const times = { connectMs: limits.databaseConnectMs, answerMs: limits.databaseAnswerMs };
  const lock = databaseUrl === undefined ? lockDatabaseIn(dataDir) : undefined;
  try {
    const bus =
      databaseUrl === undefined
        ? createInProcessBus()
        : await createPostgresBus(databaseUrl, { times, clock: systemClock(), onError: onBackgroundError });
    try {
      const store = await openStore(
        databaseUrl === undefined ? { engine: 'sqlite', folder: dataDir } : { engine: 'postgres', url: databaseUrl },
        {
          maxBatch: limits.batchCommands,
          maxWaiting: limits.commandsWaiting,
          databaseTimes: times,
          onCommit: (changeSet) => bus.publish(changeSet),
          onLogged: () => bus.publishLogged(),
          onBackgroundError,
        },
      );
      try {
        return await use(store);
      } finally {
        await store.close();
      }
    } finally {
      await bus.close();
    }
  } finally {
    lock?.release();
  }
}

/** What opens the stored secrets. Throws MasterKeyError when there is no master key. */
export function requireSecretBox({ config, secrets }: ResolvedConfig): SecretBox {
  const masterKey = secrets.masterKey ?? keptMasterKey(config.dataDir);
  if (masterKey === undefined) throw new MasterKeyError('There is no master key. Give it in CONFAB_MASTER_KEY.');
  return secretBoxOf(masterKey, secrets.masterKeyPrevious);
}

/** Looks first: taking the lock would make the folder, and opening the store a database. */
export function lockDatabaseIn(dataDir: string): { release(): void } {
  if (!existsSync(join(dataDir, SQLITE_FILE))) {
    throw new DataFolderError(
      `There is no ${SQLITE_FILE} in ${dataDir}. Name the folder that has it in CONFAB_DATA_DIR.`,
    );
  }
  return lockDataFolder(dataDir);
}
