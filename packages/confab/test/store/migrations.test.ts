import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createConversation } from '../../src/domain/index.ts';
import { SQLITE_FILE, type SqlConnection, type StoreLocation } from '../../src/store/index.ts';
import { migrate } from '../../src/store/migrations/migrate.ts';
import { openPostgresConnection } from '../../src/store/postgres/postgres-connection.ts';
import { openSqliteConnection } from '../../src/store/sqlite/sqlite-connection.ts';
import { needsPostgres } from '../support/postgres.ts';
import { domainOver, type Engine, emptyDatabase, onEachEngine, openTestStore } from '../support/store.ts';

/** Statements between two interruptions: PostgreSQL takes longer for each, and undoes them all in the same way. */
const STEP = { sqlite: 1, postgres: 8 };

/** A connection as the migration gets it. */
async function connectTo(location: StoreLocation): Promise<SqlConnection> {
  const connection =
    location.engine === 'sqlite'
      ? openSqliteConnection(join(location.folder, SQLITE_FILE))
      : await openPostgresConnection(location.url, () => {});
  onTestFinished(() => connection.close());
  return connection;
}

/** Tables, columns and indexes, as text to compare. */
async function schemaOn(connection: SqlConnection, engine: Engine): Promise<unknown[]> {
  const { rows } = await connection.execute(
    engine === 'sqlite'
      ? `SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name`
      : `SELECT relname || '.' || attname || ' ' || format_type(atttypid, atttypmod) AS name
         FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
         WHERE relnamespace = 'public'::regnamespace AND attnum > 0 ORDER BY 1`,
    [],
  );
  return rows;
}

async function migrationsOn(connection: SqlConnection): Promise<unknown[]> {
  return (await connection.execute('SELECT name FROM migrations ORDER BY name', [])).rows;
}

onEachEngine('migrations', (engine) => {
  const schemaOf = async (location: StoreLocation) => schemaOn(await connectTo(location), engine);

  it('make the schema in an empty database, and change nothing when they run again', async () => {
    const location = await emptyDatabase(engine);
    await (await openTestStore(location)).close();
    const fresh = await schemaOf(location);
    expect(fresh.length).toBeGreaterThan(20);
    const store = await openTestStore(location);
    expect(await schemaOf(location)).toEqual(fresh);
    const { execute, account, service } = await domainOver(store);
    expect(await execute(createConversation, account, { service })).toMatchObject({ state: 'active' });
    expect(await migrationsOn(await connectTo(location))).toContainEqual({ name: '001-initial' });
  });

  it('index every column that refers to another table, so that deleting there looks at no other row', async () => {
    const location = await emptyDatabase(engine);
    await (await openTestStore(location)).close();
    const { rows } = await (await connectTo(location)).execute(
      engine === 'sqlite'
        ? `SELECT owner.name || '.' || "from" AS name,
             EXISTS (SELECT 1 FROM pragma_index_list(owner.name) AS list, pragma_index_info(list.name) AS info
               WHERE list.partial = 0 AND info.seqno = 0 AND info.name = "from") AS indexed
           FROM sqlite_schema AS owner, pragma_foreign_key_list(owner.name) WHERE owner.type = 'table' ORDER BY 1`
        : `SELECT conrelid::regclass || '.' || attname AS name,
             EXISTS (SELECT 1 FROM pg_index
               WHERE indrelid = conrelid AND indkey[0] = conkey[1] AND indpred IS NULL)::int::bigint AS indexed
           FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
           WHERE contype = 'f' ORDER BY 1`,
      [],
    );
    expect(rows.length).toBeGreaterThan(8);
    expect(rows).toEqual(rows.map((row) => ({ ...Object(row), indexed: 1 })));
  });

  it('that are interrupted at any statement leave nothing, and are made whole by the next start', {
    timeout: 60_000,
  }, async () => {
    const complete = await emptyDatabase(engine);
    await (await openTestStore(complete)).close();
    const whole = await schemaOf(complete);

    const location = await emptyDatabase(engine);
    const connection = await connectTo(location);
    const observer = await connectTo(location);
    let calls = 0;
    async function migrateUntil(fatal: number): Promise<void> {
      calls = 0;
      await migrate(engine, {
        ...connection,
        async execute(sql, parameters) {
          if (calls++ === fatal) throw new Error('interrupted');
          return connection.execute(sql, parameters);
        },
      });
    }

    /** What was there after each number of complete migrations: an interrupted one adds nothing to it. */
    const after: unknown[][] = [[]];
    let fatal = 0;
    let interruptions = 0;
    while (await isInterrupted(migrateUntil(fatal))) {
      interruptions += 1;
      const done = (await migrationsOn(observer).catch(() => [])).length;
      const left = await schemaOn(observer, engine);
      const tables = left.filter((row) => !JSON.stringify(row).includes('migrations'));
      if (done in after) expect(tables).toEqual(after[done]);
      else fatal = 0;
      after[done] ??= tables;
      fatal += STEP[engine];
    }
    // It was interrupted to the last statement, and in more than one migration.
    expect(fatal).toBeGreaterThanOrEqual(calls);
    expect(fatal).toBeLessThan(calls + STEP[engine]);
    expect(interruptions).toBeGreaterThan(30 / STEP[engine]);
    expect(after.length).toBeGreaterThan(1);
    expect(await schemaOf(location)).toEqual(whole);
    await domainOver(await openTestStore(location));
  });

  it('refuse a schema that a newer Confab has written, and say what to do', async () => {
    const location = await emptyDatabase(engine);
    await (await openTestStore(location)).close();
    const connection = await connectTo(location);
    await connection.execute(`INSERT INTO migrations (name, applied_at) VALUES ('999-future', 'tomorrow')`, []);
    const before = await schemaOf(location);
    await expect(openTestStore(location)).rejects.toMatchObject({
      name: 'SchemaError',
      message: expect.stringMatching(/newer Confab.*999-future.*Start that version, or restore a backup/),
    });
    expect(await schemaOf(location)).toEqual(before);
    await connection.execute(`DELETE FROM migrations WHERE name = '999-future'`, []);
    await openTestStore(location);
  });
});

describe('a refused start on SQLite', () => {
  it('lets go of the file', async () => {
    const location = await emptyDatabase('sqlite');
    if (location.engine !== 'sqlite') throw new Error('not SQLite');
    await (await openTestStore(location)).close();
    const connection = openSqliteConnection(join(location.folder, SQLITE_FILE));
    await connection.execute(`INSERT INTO migrations (name, applied_at) VALUES ('999-future', 'tomorrow')`, []);
    await connection.close();
    await expect(openTestStore(location)).rejects.toMatchObject({ name: 'SchemaError' });
    // The last connection to close takes the log with it.
    expect(readdirSync(location.folder)).toEqual([SQLITE_FILE]);
  });
});

describe('migrations on PostgreSQL by several nodes', needsPostgres, () => {
  it('that start at once: one makes the schema, the others find it', async () => {
    const location = await emptyDatabase('postgres');
    const stores = await Promise.all(Array.from({ length: 5 }, () => openTestStore(location)));
    expect(await migrationsOn(await connectTo(location))).toContainEqual({ name: '001-initial' });
    await Promise.all(stores.map((store) => domainOver(store)));
  });
});

/** False when the migration came to its end. */
async function isInterrupted(promise: Promise<unknown>): Promise<boolean> {
  try {
    await promise;
    return false;
  } catch (error) {
    expect(error).toMatchObject({ message: 'interrupted' });
    return true;
  }
}
