import type { Change } from './changes.ts';
import { openPostgresStore } from './postgres/open-postgres-store.ts';
import type { WrapConnection } from './sql-connection.ts';
import { openSqliteStore } from './sqlite/open-sqlite-store.ts';
import type { Store } from './store.ts';

export interface OpenStoreOptions {
  maxBatch: number;
  maxWaiting: number;
  /** One call per commit, with all that it changed, before the commands that it holds are answered. */
  onCommit: (changes: readonly Change[]) => void;
  /** Failures of work that nobody waits for: checkpoints, idle connections. */
  onBackgroundError: (error: unknown) => void;
  /** Lets a test stand between the writer and its engine. */
  wrapConnection?: WrapConnection;
}

export type StoreLocation = { engine: 'sqlite'; folder: string } | { engine: 'postgres'; url: string };

/** Opens the store, brings its schema up to date, and refuses one that a newer Confab has written (SchemaError). */
export function openStore(location: StoreLocation, options: OpenStoreOptions): Promise<Store> {
  return location.engine === 'sqlite'
    ? openSqliteStore(location.folder, options)
    : openPostgresStore(location.url, options);
}
