import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../src/store/index.ts';
import { FIXTURE_FOLDER, readsAsThen } from '../fixtures/release-0.1/reads-as-then.ts';
import { startOnFixture } from '../fixtures/release-0.1/server.ts';
import { confabIn } from '../support/in-process-cli.ts';
import { createDatabase, needsPostgres } from '../support/postgres.ts';

/** A store with a bit of everything, and an empty database. */
async function bothDatabases() {
  const dataDir = mkdtempSync(join(tmpdir(), 'confab-migrate-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  copyFileSync(join(FIXTURE_FOLDER, 'confab.db'), join(dataDir, 'confab.db'));
  const { url, drop } = await createDatabase();
  onTestFinished(drop);
  return { dataDir, url };
}

async function sql(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

describe('confab migrate', needsPostgres, () => {
  it('moves everything to PostgreSQL, where the server goes on, and nothing a second time', async () => {
    const { dataDir, url } = await bothDatabases();
    const { code, errors, output } = await confabIn(dataDir, ['migrate', '--to', url]);
    expect(code, errors).toBe(0);
    expect(errors).toMatch(/rows copied: \d+ of \d+ \(100%\)/);
    expect(errors).toMatch(/rows verified: (\d+) of \1 \(100%\)/);
    expect(output).toMatch(/messages +11\n/);
    expect(await confabIn(dataDir, ['migrate', '--to', url])).toMatchObject({
      code: 1,
      errors: expect.stringContaining('There is a Confab in the PostgreSQL database already'),
    });
    const confab = await startOnFixture({ databaseUrl: url });
    onTestFinished(() => confab.stop());
    await readsAsThen(confab, 'sqlite');
    // New rows of each table get ids that were never given before.
    const [ids] = await sql(url, 'SELECT count(*) AS rows, count(DISTINCT id) AS ids, max(id) AS last FROM messages');
    expect(ids).toEqual({ rows: '12', ids: '12', last: '14' });
  });

  it('finds a row that arrived otherwise, and writes nothing then', async () => {
    const { dataDir, url } = await bothDatabases();
    const silent = () => {};
    const options = { maxBatch: 1, maxWaiting: 1, onCommit: silent, onBackgroundError: silent };
    await (await openStore({ engine: 'postgres', url }, options)).close();
    await sql(
      url,
      `CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN IF NEW.body = 'Edited' THEN NEW.body = 'edited'; END IF; RETURN NEW; END $$;
      CREATE TRIGGER spoil BEFORE INSERT ON messages FOR EACH ROW EXECUTE FUNCTION spoil()`,
    );
    const { code, errors } = await confabIn(dataDir, ['migrate', '--to', url]);
    expect(errors).toMatch(/messages \(id \d+\) arrived with another body\. Nothing was written\./);
    expect(code).toBe(1);
    for (const table of ['accounts', 'messages', 'meta', 'event_log']) {
      expect(await sql(url, `SELECT * FROM ${table}`), table).toEqual([]);
    }
    await sql(url, 'DROP TRIGGER spoil ON messages');
    expect(await confabIn(dataDir, ['migrate', '--to', url])).toMatchObject({ code: 0 });
  });

  it('refuses a database of somebody else, an address that is none, and a folder without a database', async () => {
    const { dataDir, url } = await bothDatabases();
    await sql(url, 'CREATE TABLE orders (id bigint)');
    const theirs = await confabIn(dataDir, ['migrate', '--to', url]);
    expect(theirs).toMatchObject({ code: 1, errors: expect.stringContaining('it has a table orders') });
    const address = await confabIn(dataDir, ['migrate', '--to', 'mysql://somewhere/secret']);
    expect(address).toMatchObject({ code: 2, errors: expect.not.stringContaining('secret') });
    rmSync(join(dataDir, 'confab.db'));
    expect(await confabIn(dataDir, ['migrate', '--to', url])).toMatchObject({
      code: 1,
      errors: expect.stringContaining('There is no confab.db'),
    });
  });
});
