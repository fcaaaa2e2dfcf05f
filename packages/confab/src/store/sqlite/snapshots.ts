import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { SchemaError } from '../errors.ts';
import { copyDatabase } from './copy-database.ts';

/** How many copies from before an upgrade are kept, and how long: they hold people's messages, erased ones as well. */
const KEPT = 2;
const KEPT_DAYS = 30;

const NAME = /^confab-before-[0-9a-z-]+-(\d{8}T\d{6}Z)\.db$/;

/**
 * Keeps a copy of the database beside it, before the migration that is named changes it: `confab-before-002-media-20261124T190000Z.db`.
 * To go back, put it in the place of the database and start the older Confab. Throws SchemaError when there is no room for it.
 */
export function keepSnapshot(database: DatabaseSync, folder: string, before: string): void {
  try {
    copyDatabase(database, join(folder, `confab-before-${before}-${timeOf(database)}.db`));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SchemaError(
      `The database is to be upgraded, and no copy of it can be kept in ${folder} first: ${reason}. Make room for one there.`,
      { cause: error },
    );
  }
  pruneSnapshots(database, folder);
}

/** Removes the copies that are old, and all but the newest few. */
export function pruneSnapshots(database: DatabaseSync, folder: string): void {
  const oldest = timeOf(database, `-${KEPT_DAYS} days`);
  const newestFirst = readdirSync(folder)
    .flatMap((name) => {
      const time = NAME.exec(name)?.[1];
      return time === undefined ? [] : [{ name, time }];
    })
    .sort((one, other) => (one.time < other.time ? 1 : -1));
  for (const [at, { name, time }] of newestFirst.entries()) {
    if (at >= KEPT || time < oldest) rmSync(join(folder, name), { force: true });
  }
}

/** By the database's clock, as the times of migrations are. */
function timeOf(database: DatabaseSync, shift = '+0 days'): string {
  const row = database.prepare(`SELECT strftime('%Y%m%dT%H%M%SZ', 'now', ?) AS time`).get(shift);
  return String(row?.time);
}
