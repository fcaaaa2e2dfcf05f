import { SchemaError } from '../errors.ts';
import type { Engine, SqlConnection } from '../sql-connection.ts';
import { initial } from './001-initial.ts';
import { media } from './002-media.ts';
import { sdk } from './003-sdk.ts';
import { people } from './004-people.ts';
import { connectionControls } from './005-connection-controls.ts';
import { webhooks } from './006-webhooks.ts';
import { events } from './007-events.ts';
import { consoleSessions } from './008-console.ts';
import { search } from './009-search.ts';
import { erasure } from './010-erasure.ts';
import { mediaRetention } from './011-media-retention.ts';
import type { Migration } from './migration.ts';

/** In order; a migration that was released is never changed, only followed by another. */
const MIGRATIONS: readonly Migration[] = [
  initial,
  media,
  sdk,
  people,
  connectionControls,
  webhooks,
  events,
  consoleSessions,
  search,
  erasure,
  mediaRetention,
];

/** Of all that this program knows, in order. */
export const MIGRATION_NAMES: readonly string[] = MIGRATIONS.map(({ name }) => name);

/** One number for all Confab databases on a PostgreSQL server is enough: migrations are rare and short. */
const POSTGRES_LOCK = 7_205_331;

/**
 * Brings the schema up to date, each migration in a transaction of its own, so that an interrupted one leaves no trace and runs again.
 * Several nodes may start at once: one migrates, the others wait. Throws SchemaError for a schema newer than this program.
 *
 * `keepCopy` is called before a database that is in use already is changed, with the name of the first migration that it lacks.
 */
export async function migrate(
  engine: Engine,
  connection: SqlConnection,
  keepCopy: (before: string) => void = () => {},
): Promise<void> {
  const run = (sql: string, parameters: readonly unknown[] = []) => connection.execute(sql, parameters);
  const placeholder = engine === 'sqlite' ? '?' : '$1';

  async function inTransaction<Result>(work: () => Promise<Result>): Promise<Result> {
    await run(engine === 'sqlite' ? 'BEGIN IMMEDIATE' : 'BEGIN');
    try {
      if (engine === 'postgres') await run(`SELECT pg_advisory_xact_lock(${POSTGRES_LOCK})`);
      const result = await work();
      await run('COMMIT');
      return result;
    } catch (error) {
      if (connection.inTransaction()) await run('ROLLBACK');
      throw error;
    }
  }

  await inTransaction(() =>
    run('CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, applied_at text NOT NULL)'),
  );
  const applied = namesOf((await run('SELECT name FROM migrations')).rows);
  refuseNewer(applied);
  const next = MIGRATIONS.find(({ name }) => !applied.includes(name));
  if (next !== undefined && applied.length > 0) keepCopy(next.name);
  for (const migration of MIGRATIONS) {
    await inTransaction(async () => {
      const done = await run(`SELECT name FROM migrations WHERE name = ${placeholder}`, [migration.name]);
      if (done.rows.length > 0) return;
      for (const statement of migration.statements(engine)) await run(statement);
      await run(`INSERT INTO migrations (name, applied_at) VALUES (${placeholder}, CURRENT_TIMESTAMP)`, [
        migration.name,
      ]);
    });
  }
}

function namesOf(rows: readonly unknown[]): string[] {
  return rows.flatMap((row) =>
    typeof row === 'object' && row !== null && 'name' in row && typeof row.name === 'string' ? [row.name] : [],
  );
}

function refuseNewer(applied: readonly string[]): void {
  const known = new Set(MIGRATIONS.map((migration) => migration.name));
  const unknown = applied.filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new SchemaError(
    `The database was written by a newer Confab (it has the migration ${unknown.join(', ')}, which this version does not know). ` +
      'Start that version, or restore a backup made before the upgrade.',
  );
}
