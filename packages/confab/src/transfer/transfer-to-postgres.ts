import { join } from 'node:path';
import { openStore, SQLITE_FILE, type SqlConnection } from '../store/index.ts';
import { migrate } from '../store/migrations/migrate.ts';
import { openPostgresConnection } from '../store/postgres/index.ts';
import { openSqliteConnection } from '../store/sqlite/sqlite-connection.ts';
import { copyTable, type OnRows, verifyTable } from './copy-table.ts';
import { tablesOf } from './tables.ts';
import { TransferError } from './transfer-error.ts';

export interface TransferOptions {
  /** Holds the SQLite database. Nothing else may write to it. */
  folder: string;
  /** Of an empty PostgreSQL database. */
  url: string;
  /** Rows in each table, once they are known. */
  onStart: (rows: number) => void;
  onCopied: OnRows;
  onVerified: OnRows;
}

/**
 * Copies a SQLite database into an empty PostgreSQL database and compares every row, in one transaction: it is there as a whole or not at
 * all, and an attempt that was interrupted is made again from the start. The epoch stays: the data are the same to the last event id, the
 * event log and its readers' cursors among them, so that clients go on where they were. Returns the rows of each table. Throws
 * TransferError, SchemaError, and DatabaseUnreachableError.
 */
export async function transferToPostgres(options: TransferOptions): Promise<Record<string, number>> {
  const { folder, url, onStart, onCopied, onVerified } = options;
  await bringUpToDate(folder);
  const source = openSqliteConnection(join(folder, SQLITE_FILE), { readOnly: true });
  try {
    const target = await openPostgresConnection(url, () => {});
    try {
      await requireEmpty(target);
      await migrate('postgres', target);
      const tables = tablesOf(source.database);
      const copied: Record<string, number> = {};
      await target.execute('BEGIN ISOLATION LEVEL SERIALIZABLE', []);
      await requireNoRows(target);
      const counted = tables.map(({ name }) => source.database.prepare(`SELECT count(*) AS rows FROM "${name}"`).get());
      onStart(counted.reduce((sum, row) => sum + Number(row?.rows), 0));
      for (const table of tables) copied[table.name] = await copyTable(source.database, target, table, onCopied);
      for (const table of tables) await verifyTable(source.database, target, table, onVerified);
      await target.execute('COMMIT', []);
      // Plans made from the statistics of empty tables would be bad ones.
      await target.execute('ANALYZE', []);
      return copied;
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** Both have the schema of this release then. */
async function bringUpToDate(folder: string): Promise<void> {
  const silent = () => {};
  const store = await openStore(
    { engine: 'sqlite', folder },
    { maxBatch: 1, maxWaiting: 1, onCommit: silent, onBackgroundError: silent },
  );
  await store.close();
}

/** A database with tables of others is not ours to fill. One that an attempt was broken off in has our tables, and no rows. */
async function requireEmpty(target: SqlConnection): Promise<void> {
  const { rows } = await target.execute(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1`,
    [],
  );
  const names = rows.map((row) => String(Object(row).name));
  if (names.length > 0 && !names.includes('migrations')) {
    throw new TransferError(`The PostgreSQL database is not empty: it has a table ${names[0]}. Give an empty one.`);
  }
}

async function requireNoRows(target: SqlConnection): Promise<void> {
  const { rows } = await target.execute('SELECT key FROM meta LIMIT 1', []);
  if (rows.length > 0) {
    throw new TransferError(
      'There is a Confab in the PostgreSQL database already. Give an empty database: nothing is merged.',
    );
  }
}
