import type { DatabaseSync } from 'node:sqlite';
import type { Manifest } from './manifest.ts';

/** What the manifest says of a database. */
export function factsOf(database: DatabaseSync): Pick<Manifest, 'migrations' | 'epoch' | 'counts'> {
  const rows = (sql: string) => database.prepare(sql).all();
  // Not those that full text is kept in: what is in them follows from the others.
  const tables = rows(
    `SELECT name FROM pragma_table_list
     WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`,
  );
  const counts = tables.map(({ name }) => {
    const [counted] = rows(`SELECT count(*) AS count FROM "${String(name)}"`);
    return [String(name), Number(counted?.count)];
  });
  const [epoch] = rows(`SELECT value FROM meta WHERE key = 'epoch'`);
  return {
    migrations: rows('SELECT name FROM migrations ORDER BY name').map(({ name }) => String(name)),
    epoch: String(epoch?.value),
    counts: Object.fromEntries(counts),
  };
}

/** The faults that SQLite itself finds in a database: damaged pages and indexes, and rows that point to none. Empty when it is sound. */
export function faultsOf(database: DatabaseSync): string[] {
  const damaged = database
    .prepare('PRAGMA integrity_check(20)')
    .all()
    .map((row) => String(row.integrity_check))
    .filter((line) => line !== 'ok');
  const dangling = database
    .prepare('PRAGMA foreign_key_check')
    .all()
    .slice(0, 20)
    .map(({ table, rowid, parent }) => `row ${rowid} of ${table} refers to a row of ${parent} that is not there`);
  return [...damaged, ...dangling];
}
