import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { createBatchWriter } from '../batch-writer.ts';
import { migrate } from '../migrations/migrate.ts';
import type { OpenStoreOptions } from '../open-store-options.ts';
import { reading } from '../reading.ts';
import { kyselyOnConnection, type SqlConnection } from '../sql-connection.ts';
import type { Store } from '../store.ts';
import { scrub } from './scrub.ts';
import { keepSnapshot, pruneSnapshots } from './snapshots.ts';
import { openSqliteConnection } from './sqlite-connection.ts';
import { classifySqliteFailure, createSqliteLane } from './sqlite-lane.ts';

/** Name of the database file in the data folder. */
export const SQLITE_FILE = 'confab.db';

/** How often the write-ahead log is moved into the database file, away from the commits. */
const CHECKPOINT_INTERVAL_MS = 1000;

/**
 * Opens the SQLite store in `folder`, made if missing, and brings its schema up to date. Durable by `synchronous=FULL`: each COMMIT
 * waits until the write-ahead log is on disk (https://sqlite.org/pragma.html#pragma_synchronous).
 */
export async function openSqliteStore(
  folder: string,
  {
    maxBatch,
    maxWaiting,
    onCommit,
    onLogged,
    wrapConnection = (connection) => connection,
    onBackgroundError,
  }: OpenStoreOptions,
): Promise<Store> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, SQLITE_FILE);
  // The database holds people's messages: made private before anything is in it. SQLite gives its log files the same mode.
  closeSync(openSync(path, 'a', 0o600));
  const raw = openSqliteConnection(path);
  const writerConnection = wrapConnection(raw);
  try {
    await configure(writerConnection);
    await migrate('sqlite', writerConnection, (before) => keepSnapshot(raw.database, folder, before));
    pruneSnapshots(raw.database, folder);
  } catch (error) {
    await raw.close();
    throw error;
  }
  const lane = createSqliteLane(writerConnection);
  const writer = createBatchWriter({ lane, maxBatch, maxWaiting, onCommit, onLogged, onBackgroundError });

  const readerConnection = openSqliteConnection(path, { readOnly: true });
  const read = kyselyOnConnection('sqlite', {
    ...readerConnection,
    execute: (sql, parameters) => reading(readerConnection.execute(sql, parameters), classifySqliteFailure),
  });

  const checkpointer = setInterval(() => {
    try {
      // PASSIVE neither waits for readers nor blocks them; a connection of its own would not help, the work is the disk's.
      if (!raw.inTransaction()) raw.database.exec('PRAGMA wal_checkpoint(PASSIVE)');
    } catch (error) {
      onBackgroundError(error);
    }
  }, CHECKPOINT_INTERVAL_MS);
  checkpointer.unref();

  return {
    engine: 'sqlite',
    read,
    write: (transact, { origin } = {}) => writer.write(transact, origin),
    statistics: writer.statistics,
    scrub: (options) => scrub(raw, options),
    async close() {
      clearInterval(checkpointer);
      await writer.finish();
      // The writer's connection goes last: the last one to close folds the log into the database, and must be able to write.
      await readerConnection.close();
      await writer.close();
    },
  };
}

async function configure(connection: SqlConnection): Promise<void> {
  await connection.execute('PRAGMA journal_mode = WAL', []);
  await connection.execute('PRAGMA synchronous = FULL', []);
  await connection.execute('PRAGMA foreign_keys = ON', []);
  // What is deleted is overwritten, not only forgotten: a person's erasure reaches the file. The pages are being written in any case.
  await connection.execute('PRAGMA secure_delete = ON', []);
  // Checkpoints run from a timer; this is the bound should the timer starve (pages of 4 KiB: 64 MiB of log).
  await connection.execute('PRAGMA wal_autocheckpoint = 16384', []);
  await connection.execute('PRAGMA journal_size_limit = 67108864', []);
}
