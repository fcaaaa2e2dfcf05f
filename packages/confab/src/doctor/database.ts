import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { faultsOf } from '../backup/index.ts';
import type { ResolvedConfig } from '../config/index.ts';
import { SQLITE_FILE, type SqlConnection } from '../store/index.ts';
import { MIGRATION_NAMES } from '../store/migrations/migrate.ts';
import { openPostgresConnection } from '../store/postgres/index.ts';
import { openSqliteConnection, type SqliteConnection } from '../store/sqlite/sqlite-connection.ts';
import { type Finding, failed, ok, reasonOf, warning } from './finding.ts';

const CHECK = 'database';

/** Opens the database to read, beside whoever works on it. Changes and makes nothing. */
export async function openDatabase({
  config,
  secrets: { databaseUrl },
}: ResolvedConfig): Promise<{ connection: SqlConnection; sqlite?: SqliteConnection } | Finding> {
  try {
    if (databaseUrl !== undefined) return { connection: await openPostgresConnection(databaseUrl, () => {}) };
    const file = join(config.dataDir, SQLITE_FILE);
    if (!existsSync(file)) {
      return warning(
        CHECK,
        `there is no ${file}`,
        'The first start makes it. If there was one, name its folder in CONFAB_DATA_DIR.',
      );
    }
    const sqlite = openSqliteConnection(file, { readOnly: true });
    return { connection: sqlite, sqlite };
  } catch (error) {
    return failed(
      CHECK,
      `cannot be opened: ${reasonOf(error)}`,
      'See that it is there, and that the address and rights are right.',
    );
  }
}

/** Whether the database is sound, as far as its engine can tell, and whether this program can serve it. */
export async function checkDatabase(
  connection: SqlConnection,
  sqlite: SqliteConnection | undefined,
): Promise<Finding[]> {
  try {
    const { rows } = await connection.execute('SELECT name FROM migrations ORDER BY name', []);
    const applied = rows.map((row) => String(Object(row).name));
    return [schemaFinding(applied), sqlite === undefined ? await postgresFinding(connection) : sqliteFinding(sqlite)];
  } catch (error) {
    const advice = 'If it is no database of Confab, name the right one. If it is damaged, restore the newest backup.';
    return [failed(CHECK, `cannot be read: ${reasonOf(error)}`, advice)];
  }
}

function schemaFinding(applied: readonly string[]): Finding {
  const check = 'schema';
  const newer = applied.filter((name) => !MIGRATION_NAMES.includes(name));
  const missing = MIGRATION_NAMES.filter((name) => !applied.includes(name));
  if (newer.length > 0) {
    return failed(
      check,
      `was written by a newer Confab (${newer.join(', ')})`,
      'Start that version, or restore a backup from before the upgrade.',
    );
  }
  if (missing.length > 0) {
    return warning(
      check,
      `is of an older Confab: ${missing.join(', ')} to be run`,
      'The next start brings it up to date. Take a backup first.',
    );
  }
  return ok(check, `is that of this version (${applied.at(-1)})`);
}

function sqliteFinding({ database }: SqliteConnection): Finding {
  const faults = faultsOf(database);
  if (faults.length === 0) return ok(CHECK, 'is sound: pages, indexes and references were checked');
  const advice =
    'Stop the server, keep a copy of the data folder, and restore the newest backup (confab restore). Then look for the fault of the disk.';
  return failed(CHECK, `is damaged: ${faults.slice(0, 3).join('; ')}${faults.length > 3 ? '; and more' : ''}`, advice);
}

async function postgresFinding(connection: SqlConnection): Promise<Finding> {
  const { rows } = await connection.execute(
    `SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync, pg_is_in_recovery() AS replica`,
    [],
  );
  const { version, fsync, replica } = Object(rows[0]);
  if (replica) return failed(CHECK, 'is a replica, which takes no changes', 'Name the primary in CONFAB_DATABASE_URL.');
  if (fsync !== 'on') {
    return failed(
      CHECK,
      'does not wait for the disk (fsync is off)',
      'Set fsync = on: what was acknowledged is lost when the power fails.',
    );
  }
  return ok(CHECK, `is PostgreSQL ${version}, the primary`);
}
