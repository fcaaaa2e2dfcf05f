import { CompiledQuery } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { startConfab } from '../src/index.ts';
import { startPostgresProxy } from './store/support/postgres-proxy.ts';
import { createDatabase, needsPostgres } from './support/postgres.ts';
import { startRestServer } from './support/rest-server.ts';

const statusOf = async (url: string) => (await fetch(url)).status;

/** Longer than any answer is kept. */
const SOON = { timeout: 15_000 };

it('a node whose database cannot be read is alive, but not ready, until it can', async () => {
  const server = await startRestServer();
  onTestFinished(() => server.stop());
  expect(await statusOf(`${server.url}/ready`)).toBe(200);
  const rename = (from: string, to: string) =>
    server.store.write(({ db }) => db.executeQuery(CompiledQuery.raw(`ALTER TABLE ${from} RENAME TO ${to}`)));
  await rename('meta', 'away');
  await expect.poll(() => statusOf(`${server.url}/ready`), SOON).toBe(503);
  expect(await statusOf(`${server.url}/health`)).toBe(200);
  await rename('away', 'meta');
  await expect.poll(() => statusOf(`${server.url}/ready`), SOON).toBe(200);
});

it('a node whose PostgreSQL says nothing any more is not ready, refuses, and stops', needsPostgres, async () => {
  const database = await createDatabase();
  onTestFinished(() => database.drop());
  const proxy = await startPostgresProxy(database.url);
  const confab = await startConfab({
    databaseUrl: proxy.url,
    limitOverrides: { databaseConnectMs: 500, databaseAnswerMs: 500 },
  });
  onTestFinished(() => confab.stop());
  expect(await statusOf(`${confab.url}/ready`)).toBe(200);

  proxy.swallow();
  await expect.poll(() => statusOf(`${confab.url}/ready`), SOON).toBe(503);
  const authorization = `Basic ${btoa(`${confab.accountSid}:${confab.authToken}`)}`;
  const refused = await fetch(`${confab.url}/v1/Conversations`, { method: 'POST', headers: { authorization } });
  expect(refused.status).toBe(503);

  proxy.accept();
  await expect.poll(() => statusOf(`${confab.url}/ready`), SOON).toBe(200);
  proxy.swallow();
  await confab.stop();
});
