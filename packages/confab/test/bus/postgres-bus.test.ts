import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createPostgresBus } from '../../src/bus/index.ts';
import { manualClock } from '../../src/clock.ts';
import { startPostgresProxy } from '../store/support/postgres-proxy.ts';
import { createDatabase, needsPostgres, type TestDatabase } from '../support/postgres.ts';

const TIMES = { connectMs: 5000, answerMs: 500 };

describe('the bus over PostgreSQL, when its connection is lost', needsPostgres, () => {
  let database: TestDatabase;
  let admin: Client;

  beforeAll(async () => {
    database = await createDatabase();
    admin = new Client({ connectionString: database.url });
    await admin.connect();
  });
  afterAll(async () => {
    await admin.end();
    await database.drop();
  });
  beforeEach(async () => {
    // Those of the test before are gone from the server's list, too.
    await expect.poll(connections).toBe(0);
  });

  const QUERY = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'confab bus'`;

  async function connections(): Promise<number> {
    return (await admin.query(QUERY)).rowCount ?? 0;
  }

  async function openBus(url = database.url) {
    const clock = manualClock(0);
    const errors: unknown[] = [];
    const heard: string[] = [];
    const bus = await createPostgresBus(url, { clock, times: TIMES, onError: (error) => errors.push(error) });
    onTestFinished(() => bus.close());
    bus.listen({
      changed: () => {},
      touched: (_touches, rechecks) => heard.push(...rechecks.map(({ sid }) => sid)),
      typing: ({ identity }) => heard.push(identity),
      reconnected: () => heard.push('reconnected'),
    });
    const publish = (sid: string) => bus.publish({ changes: [], rechecks: [{ of: 'user', sid }] });
    /** Resolves when it waits to connect again. */
    const waits = () => expect.poll(() => clock.pendingTimers()).toBe(1);
    return { bus, clock, errors, heard, publish, waits };
  }

  it('makes one new one for each loss, however often that happens, and says that hints were lost', async () => {
    const lossy = await openBus();
    for (let loss = 1; loss <= 4; loss += 1) {
      await admin.query(`SELECT pg_terminate_backend(pid, 10000) FROM (${QUERY}) AS bus`);
      await lossy.waits();
      expect(lossy.errors).toHaveLength(loss);
      lossy.clock.advance(1000);
      await expect.poll(() => lossy.heard).toHaveLength(loss);
      expect(lossy.clock.pendingTimers()).toBe(0);
    }
    expect(lossy.heard).toEqual(Array(4).fill('reconnected'));
    expect(await connections()).toBe(1);

    const other = await openBus();
    other.publish('US1');
    await expect.poll(() => lossy.heard.at(-1)).toBe('US1');
    lossy.publish('US2');
    await expect.poll(() => other.heard).toEqual(['US2']);
    // As long as identities get: many of them are more than one notification holds.
    const typists = Array.from({ length: 60 }, (_, userId) => ({ userId, identity: '😀'.repeat(250) + userId }));
    for (const typist of typists) lossy.bus.tellTyping({ conversationSid: 'CH1', rosterEvent: 1, ...typist });
    await expect.poll(() => other.heard).toEqual(['US2', ...typists.map(({ identity }) => identity)]);
  });

  it('tries again until there is one, a single attempt at a time', async () => {
    const proxy = await startPostgresProxy(database.url);
    const { clock, errors, heard, waits } = await openBus(proxy.url);
    proxy.refuse();
    proxy.cutAll();
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await expect.poll(() => errors).toHaveLength(attempt);
      await waits();
      clock.advance(1000);
    }
    await expect.poll(() => errors).toHaveLength(4);
    proxy.accept();
    clock.advance(1000);
    await expect.poll(() => heard).toEqual(['reconnected']);
    expect(await connections()).toBe(1);
    expect(clock.pendingTimers()).toBe(0);
  });

  it('notices a server that does not answer by what it tells it, and connects again', async () => {
    const proxy = await startPostgresProxy(database.url);
    const { clock, heard, publish, waits } = await openBus(proxy.url);
    proxy.swallow();
    publish('US1');
    await waits();
    proxy.accept();
    clock.advance(1000);
    await expect.poll(() => heard).toEqual(['reconnected']);
  });

  it('leaves no connection behind when it is closed while one is made', async () => {
    const proxy = await startPostgresProxy(database.url);
    const { bus, clock, heard, waits } = await openBus(proxy.url);
    proxy.cutAll();
    await waits();
    clock.advance(1000);
    await bus.close();
    await expect.poll(connections).toBe(0);
    expect(clock.pendingTimers()).toBe(0);
    expect(heard).toEqual([]);
  });

  it('closes, though the server says nothing any more', async () => {
    const proxy = await startPostgresProxy(database.url);
    const { bus, publish } = await openBus(proxy.url);
    proxy.swallow();
    publish('US1');
    await bus.close();
  });

  it('does not start without one, and does not go on trying then', async () => {
    const proxy = await startPostgresProxy(database.url);
    proxy.refuse();
    const clock = manualClock(0);
    const starting = createPostgresBus(proxy.url, { clock, times: TIMES, onError: () => {} });
    await expect(starting).rejects.toMatchObject({ message: expect.stringContaining('cannot be reached') });
    expect(clock.pendingTimers()).toBe(0);
  });
});
