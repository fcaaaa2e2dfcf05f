import type { OpenStoreOptions } from './open-store-options.ts';
import { openPostgresStore } from './postgres/open-postgres-store.ts';
import { openSqliteStore } from './sqlite/open-sqlite-store.ts';
import type { Store } from './store.ts';

export type StoreLocation = { engine: 'sqlite'; folder: string } | { engine: 'postgres'; url: string };

/** Opens the store, brings its schema up to date, and refuses one that a newer Confab has written (SchemaError). */
export function openStore(location: StoreLocation, options: OpenStoreOptions): Promise<Store> {
  return location.engine === 'sqlite'
    ? openSqliteStore(location.folder, options)
    : openPostgresStore(location.url, options);
}
