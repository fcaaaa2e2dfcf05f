import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startConfab } from '../../src/index.ts';
import { confabIn } from '../support/in-process-cli.ts';
import { createDatabase, needsPostgres } from '../support/postgres.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'confab-renew-epoch-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const confab = (argv: string[], env?: Record<string, string>) => confabIn(folder, argv, env);

const EPOCH = "SELECT value FROM meta WHERE key = 'epoch'";
const otherKey = () => randomBytes(32).toString('base64');

describe('confab renew-epoch', () => {
  function epoch(): unknown {
    const database = new DatabaseSync(join(folder, 'confab.db'), { readOnly: true });
    try {
      return database.prepare(EPOCH).get()?.value;
    } finally {
      database.close();
    }
  }

  async function makeDatabase(): Promise<unknown> {
    await (await startConfab({ dataDir: folder })).stop();
    return epoch();
  }

  test('renews the epoch, and the next start goes on with it', async () => {
    const before = await makeDatabase();
    expect(await confab(['renew-epoch'])).toMatchObject({ code: 0, output: expect.stringContaining('renewed') });
    const renewed = epoch();
    expect(renewed).toMatch(/^[0-9a-f]{32}$/);
    expect(renewed).not.toBe(before);
    expect(await makeDatabase()).toBe(renewed);
  });

  test('takes the flags of start', async () => {
    const before = await makeDatabase();
    const elsewhere = { CONFAB_DATA_DIR: join(folder, 'elsewhere') };
    expect(await confab(['renew-epoch', '--data-dir', folder], elsewhere)).toMatchObject({ code: 0 });
    expect(epoch()).not.toBe(before);
    const unknown = await confab(['renew-epoch', '--data-folder', folder]);
    expect(unknown).toMatchObject({ code: 1, errors: expect.stringContaining('--data-folder') });
  });

  test('is refused while a server holds the folder', async () => {
    const server = await startConfab({ dataDir: folder });
    const before = epoch();
    const refused = await confab(['renew-epoch']);
    expect(refused).toMatchObject({ code: 1, errors: expect.stringContaining('in use by another Confab') });
    expect(epoch()).toBe(before);
    await server.stop();
    expect(await confab(['renew-epoch'])).toMatchObject({ code: 0 });
  });

  test('is refused in a sentence with another master key, and without one', async () => {
    const before = await makeDatabase();
    const wrong = await confab(['renew-epoch'], { CONFAB_MASTER_KEY: otherKey() });
    expect(wrong.code).toBe(1);
    expect(wrong.errors).toMatch(/^confab cannot renew the epoch: The master key is not the one.*\n$/);
    await rm(join(folder, 'master.key'));
    const without = await confab(['renew-epoch']);
    expect(without.code).toBe(1);
    expect(without.errors).toMatch(/^confab cannot renew the epoch: .*no master.key.*\n$/);
    expect(epoch()).toBe(before);
  });

  test('is refused where there is no database, and makes none', async () => {
    const refused = await confab(['renew-epoch']);
    expect(refused).toMatchObject({ code: 1, errors: expect.stringContaining('There is no confab.db') });
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('confab renew-epoch on PostgreSQL', needsPostgres, () => {
  test('renews the epoch with the key of the database, and with no other', async () => {
    const { url, drop } = await createDatabase();
    const client = new Client({ connectionString: url });
    try {
      const masterKey = otherKey();
      await (await startConfab({ dataDir: folder, databaseUrl: url, masterKey })).stop();
      await client.connect();
      const epoch = async () => (await client.query(EPOCH)).rows;
      const before = await epoch();
      expect(before).toHaveLength(1);
      const wrong = { CONFAB_DATABASE_URL: url, CONFAB_MASTER_KEY: otherKey() };
      expect(await confab(['renew-epoch'], wrong)).toMatchObject({ code: 1 });
      expect(await epoch()).toEqual(before);
      expect(await confab(['renew-epoch'], { ...wrong, CONFAB_MASTER_KEY: masterKey })).toMatchObject({ code: 0 });
      expect(await epoch()).not.toEqual(before);
    } finally {
      await client.end();
      await drop();
    }
  });

  test.each(['start', 'renew-epoch'])(
    'a database that cannot be reached is told in a sentence by %s',
    async (command) => {
      const nobody = { CONFAB_DATABASE_URL: 'postgres://confab@127.0.0.1:1/confab', CONFAB_MASTER_KEY: otherKey() };
      const refused = await confab([command], nobody);
      expect(refused.code).toBe(1);
      expect(refused.errors).toMatch(/^confab cannot .*: The database cannot be reached: .*\n$/);
    },
  );
});
