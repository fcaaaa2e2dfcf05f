import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Confab } from '../../src/server/start-confab.ts';
import { SQLITE_FILE } from '../../src/store/index.ts';
import { ask, startOnFixture } from '../fixtures/release-0.1/server.ts';
import { createDatabase, needsPostgres } from '../support/postgres.ts';

const FIXTURE = join(import.meta.dirname, '../fixtures/release-0.1');

function answersOf(engine: string): Record<string, object> {
  return JSON.parse(readFileSync(join(FIXTURE, `${engine}-answers.json`), 'utf8'));
}

/** What the release said is still said; what later releases say besides is no concern of the data. */
async function readsAsThen(confab: Confab, engine: string): Promise<void> {
  const { chatServiceSid } = confab;
  const inside = `/v1/Services/${chatServiceSid}/Conversations/initializing`;
  // Left behind with participants who were still to come: they come now.
  await expect.poll(async () => (await ask(confab, inside)).state).toBe('active');
  const answers = Object.entries(answersOf(engine));
  expect(answers.length).toBeGreaterThan(40);
  for (const [path, answer] of answers) expect(await ask(confab, path), path).toMatchObject(answer);

  expect(await ask(confab, `${inside}/Participants`)).toMatchObject({ participants: [{ identity: 'bob' }] });

  // Secrets open, requests that were applied are known, and what comes next follows on what was.
  expect(await confab.token('ada')).toMatch(/^ey/);
  const active = `/v1/Services/${chatServiceSid}/Conversations/active`;
  const [oldest] = (await ask(confab, `${active}/Messages?PageSize=1`)).messages;
  const { author: Author, body: Body, attributes: Attributes } = oldest;
  const repeated = { form: { Author, Body, Attributes }, idempotencyKey: 'message 0' };
  expect(await ask(confab, oldest.url.replace(/\/IM\w+$/, ''), repeated)).toMatchObject({ sid: oldest.sid });
  expect(await ask(confab, `${active}/Messages`, { form: { Body: 'After the upgrade' } })).toMatchObject({ index: 12 });
}

describe('a store of release 0.1', () => {
  it('opens with everything in it on SQLite', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'confab-release-'));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
    copyFileSync(join(FIXTURE, 'confab.db'), join(dataDir, SQLITE_FILE));
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
    await client.query(readFileSync(join(FIXTURE, 'postgres.sql'), 'utf8'));
    await client.end();
    const confab = await startOnFixture({ databaseUrl: url });
    onTestFinished(() => confab.stop());
    await readsAsThen(confab, 'postgres');
  });
});
