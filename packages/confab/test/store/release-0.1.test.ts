import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SQLITE_FILE } from '../../src/store/index.ts';
import { FIXTURE_FOLDER, readsAsThen } from '../fixtures/release-0.1/reads-as-then.ts';
import { startOnFixture } from '../fixtures/release-0.1/server.ts';
import { createDatabase, needsPostgres } from '../support/postgres.ts';

describe('a store of release 0.1', () => {
  it('opens with everything in it on SQLite', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'confab-release-'));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
    copyFileSync(join(FIXTURE_FOLDER, 'confab.db'), join(dataDir, SQLITE_FILE));
    const confab = await startOnFixture({ dataDir });
    onTestFinished(() => confab.stop());
    await readsAsThen(confab, 'sqlite');
    // And as it was before, it lies beside.
    const [before = '', ...others] = readdirSync(dataDir).filter((name) => name.startsWith('confab-before-'));
    expect(others).toEqual([]);
    const copy = new DatabaseSync(join(dataDir, before), { readOnly: true });
    expect(copy.prepare('SELECT name FROM migrations').all()).toEqual([{ name: '001-initial' }]);
    copy.close();
  });

  it('opens with everything in it on PostgreSQL', needsPostgres, async () => {
    const { url, drop } = await createDatabase();
    onTestFinished(drop);
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(readFileSync(join(FIXTURE_FOLDER, 'postgres.sql'), 'utf8'));
    await client.end();
    const confab = await startOnFixture({ databaseUrl: url });
    onTestFinished(() => confab.stop());
    await readsAsThen(confab, 'postgres');
  });
});
