import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { createDatabase, needsPostgres } from './postgres.ts';

async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

describe('the temporary PostgreSQL server', needsPostgres, () => {
  it('gives each caller an empty database and removes it', async () => {
    const first = await createDatabase();
    const second = await createDatabase();

    expect(await query(first.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await query(first.url, 'create table only_here ()');
    expect(await query(second.url, `select to_regclass('only_here') as found`)).toEqual([{ found: null }]);

    await first.drop();
    await second.drop();
    await expect(query(first.url, 'select 1')).rejects.toMatchObject({ code: '3D000' });
  });

  it('removes a database that is still in use', async () => {
    const database = await createDatabase();
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const errors: Error[] = [];
    client.on('error', (error) => errors.push(error));
    const cut = new Promise<void>((resolve) => client.once('end', resolve));

    await database.drop();
    await cut;

    // 57P01 is admin_shutdown: the server ended the session to free the database.
    expect(errors[0]).toMatchObject({ code: '57P01' });
  });

  it('answers after the commit, as an operator’s server does', async () => {
    const database = await createDatabase();
    expect(await query(database.url, 'show synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
    await database.drop();
  });
});
