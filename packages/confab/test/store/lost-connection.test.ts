import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ConversationRow, createConversation, listMessages, sendMessage } from '../../src/domain/index.ts';
import type { SqlConnection } from '../../src/store/index.ts';
import { needsPostgres } from '../support/postgres.ts';
import { databaseOfSuite, domainOver, openTestStore, type TestDomain, turnsOfTheLoop } from '../support/store.ts';
import { type PostgresProxy, startPostgresProxy } from './support/postgres-proxy.ts';

const BATCH = 3;

describe('a lost connection to PostgreSQL (invariant 12)', needsPostgres, () => {
  const location = databaseOfSuite('postgres');
  let admin: Client;
  let proxy: PostgresProxy;
  let domain: TestDomain;
  let conversation: ConversationRow;
  /** Called before each statement of the writer. */
  let beforeCall: (sql: string, connection: SqlConnection) => Promise<void>;
  /** Goes to the database past the proxy. */
  let observed: TestDomain['store'];

  beforeAll(async () => {
    admin = new Client({ connectionString: databaseUrl() });
    await admin.connect();
  });
  afterAll(() => admin.end());

  beforeEach(async () => {
    beforeCall = async () => {};
    observed = await openTestStore(location());
    proxy = await startPostgresProxy(databaseUrl());
    const store = await openTestStore(
      { engine: 'postgres', url: proxy.url },
      {
        databaseTimes: { connectMs: 1000, answerMs: 1000 },
        wrapConnection: (connection) => ({
          ...connection,
          async execute(statement, parameters) {
            await beforeCall(statement, connection);
            return connection.execute(statement, parameters);
          },
        }),
      },
    );
    domain = await domainOver(store);
    conversation = await domain.execute(createConversation, domain.account, { service: domain.service });
    store.published.length = 0;
  });

  function databaseUrl(): string {
    const database = location();
    if (database.engine !== 'postgres') throw new Error('not PostgreSQL');
    return database.url;
  }

  const send = (body: string) =>
    domain.execute(sendMessage, domain.account, { service: domain.service, conversation, body });
  const sendAll = (bodies: readonly string[]) => Promise.all(bodies.map(send));
  const readAll = ({ store }: TestDomain) => listMessages(store.read, conversation.id, { order: 'asc', limit: 10 });
  const bodiesOf = (tag: string) => Array.from({ length: BATCH }, (_, number) => `${tag} ${number}`);

  /** Everything is stored once, in the order of its indexes, and told once. */
  async function expectStoredOnce(bodies: readonly string[]): Promise<void> {
    const rows = await listMessages(observed.read, conversation.id, { order: 'asc', limit: 1000 });
    expect(rows.map(({ body, index, event }) => [body, index, event])).toEqual(
      bodies.map((body, at) => [body, at, at + 1]),
    );
    const told = domain.store.published
      .flatMap((changeSet) => changeSet.changes)
      .flatMap((change) => (change.object === 'messages' && 'row' in change ? [change.row.body] : []));
    expect(told).toEqual(bodies);
  }

  /** Ends the server process behind the connection, and waits until it is gone. */
  async function kill(connection: SqlConnection): Promise<void> {
    const [row] = (await connection.execute('SELECT pg_backend_pid() AS pid', [])).rows as { pid: number }[];
    await admin.query('SELECT pg_terminate_backend($1, 10000)', [row?.pid]);
  }

  for (const size of [1, BATCH]) {
    const several = size === 1 ? 'of a lone command' : 'of a batch';

    it(`the answer to the COMMIT ${several} is lost: it is asked for, and nothing runs twice`, async () => {
      let runs = 0;
      beforeCall = async (statement) => {
        if (statement.startsWith('insert into "messages"')) runs += 1;
      };
      proxy.loseNextCommitAnswer();
      const bodies = bodiesOf('message').slice(0, size);
      expect((await sendAll(bodies)).map(({ index }) => index)).toEqual(bodies.map((_, at) => at));
      expect(runs).toBe(size);
      await expectStoredOnce(bodies);
      expect(domain.store.statistics().discardedBatches).toBe(0);
    });

    it(`the COMMIT ${several} is lost: it runs again`, async () => {
      proxy.loseNextCommit();
      const bodies = bodiesOf('message').slice(0, size);
      await sendAll(bodies);
      await expectStoredOnce([...bodies]);
    });
  }

  it('the server cannot be asked: says that the outcome is unknown, and goes on afterwards', async () => {
    proxy.loseAllAtNextCommitAnswer();
    await expect(send('who knows')).rejects.toMatchObject({ name: 'CommitOutcomeUnknownError' });
    proxy.accept();
    expect((await send('next')).body).toBe('next');
    const rows = await listMessages(observed.read, conversation.id, { order: 'asc', limit: 10 });
    expect(rows.map(({ body }) => body)).toEqual(['who knows', 'next']);
  });

  it('the server cannot be asked at first: it is asked again', async () => {
    proxy.loseAllAtNextCommitAnswer();
    const sent = send('known');
    await expect.poll(() => domain.store.backgroundErrors).not.toEqual([]);
    await turnsOfTheLoop();
    proxy.accept();
    expect((await sent).body).toBe('known');
    await expectStoredOnce(['known']);
  });

  it('killed before any call of a batch: each command is stored once', async () => {
    let calls = 0;
    beforeCall = async () => {
      calls += 1;
    };
    const expected = bodiesOf('undisturbed');
    await sendAll(expected);
    const perBatch = calls;
    expect(perBatch).toBeGreaterThan(BATCH * 5);

    for (let fatal = 0; fatal < perBatch; fatal += 1) {
      let number = 0;
      beforeCall = async (_statement, connection) => {
        if (number++ === fatal) await kill(connection);
      };
      const bodies = bodiesOf(`killed before call ${fatal}`);
      await sendAll(bodies);
      expected.push(...bodies);
    }
    await expectStoredOnce(expected);
  });

  it('killed while COMMIT runs: it runs again', async () => {
    // COMMIT checks a deferred constraint, which waits for a lock that the test holds.
    await admin.query(`
      CREATE FUNCTION wait_in_commit() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER wait_in_commit AFTER INSERT ON messages
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_in_commit()`);
    try {
      await admin.query('SELECT pg_advisory_lock(1)');
      const sent = sendAll(bodiesOf('message'));
      const waiting = `SELECT pid FROM pg_stat_activity
        WHERE datname = current_database() AND query = 'COMMIT' AND wait_event = 'advisory'`;
      await expect.poll(async () => (await admin.query(waiting)).rowCount).toBe(1);
      await admin.query(`SELECT pg_terminate_backend(pid, 10000) FROM (${waiting}) AS committing`);
      await admin.query('SELECT pg_advisory_unlock(1)');
      await sent;
      await expectStoredOnce(bodiesOf('message'));
    } finally {
      await admin.query('SELECT pg_advisory_unlock_all(); DROP FUNCTION wait_in_commit CASCADE');
    }
  });

  it('cut while a read waits: the read is refused, the process and the store go on', async () => {
    const reading = domain.store.read.selectFrom('meta').select(sql`pg_sleep(60)`.as('slept')).execute();
    const refused = expect(reading).rejects.toMatchObject({ name: 'StoreUnavailableError' });
    const sleeping = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`;
    await expect.poll(async () => (await admin.query(sleeping)).rowCount).toBe(1);
    proxy.cutAll();
    await refused;
    await sendAll(bodiesOf('afterwards'));
    expect(await listMessages(domain.store.read, conversation.id, { order: 'asc', limit: 10 })).toHaveLength(BATCH);
  });

  it('not to be had at all: reads and writes are refused, until it is', async () => {
    proxy.refuse();
    proxy.cutAll();
    await expect(send('refused')).rejects.toMatchObject({ name: 'StoreUnavailableError' });
    await expect(listMessages(domain.store.read, conversation.id, { order: 'asc', limit: 10 })).rejects.toMatchObject({
      name: 'StoreUnavailableError',
    });
    proxy.accept();
    await sendAll(bodiesOf('afterwards'));
    await expectStoredOnce(bodiesOf('afterwards'));
  });

  describe('the network swallows everything', () => {
    for (const [what, pattern] of [
      ['BEGIN', /^BEGIN/],
      ['a statement', /^insert into "messages"/],
    ] as const) {
      it(`from ${what} on: what waits is refused in a bounded time, reads too, and both work again afterwards`, async () => {
        beforeCall = async (statement) => {
          if (pattern.test(statement)) proxy.swallow();
        };
        const sent = await Promise.allSettled(bodiesOf('refused').map(send));
        const refused = { status: 'rejected', reason: { name: 'StoreUnavailableError' } };
        expect(sent).toMatchObject(Array(BATCH).fill(refused));
        await expect(readAll(domain)).rejects.toMatchObject({ name: 'StoreUnavailableError' });
        beforeCall = async () => {};
        proxy.accept();
        // Connections that were idle may be dead as well: each is noticed by the first who uses it.
        await expect.poll(() => readAll(domain).catch(() => undefined), { timeout: 15_000 }).toEqual([]);
        await expect
          .poll(() => send('afterwards').then(({ body }) => body, String), { timeout: 15_000 })
          .toBe('afterwards');
        await expectStoredOnce(['afterwards']);
      });
    }

    it('with COMMIT: the server is asked what became of it', async () => {
      beforeCall = async (statement) => {
        if (statement === 'COMMIT') proxy.swallow();
      };
      const sent = sendAll(bodiesOf('message'));
      await expect.poll(() => proxy.swallowed(), { timeout: 15_000 }).toBeGreaterThan(0);
      beforeCall = async () => {};
      proxy.accept();
      expect((await sent).map(({ index }) => index)).toEqual([0, 1, 2]);
      await expectStoredOnce(bodiesOf('message'));
    });

    it('the store closes all the same', async () => {
      await send('message');
      proxy.swallow();
      await domain.store.close();
    });
  });

  it('a statement that waits too long for a lock is ended by the server, and refused', async () => {
    await admin.query('BEGIN; LOCK TABLE messages');
    try {
      await expect(send('refused')).rejects.toMatchObject({ name: 'StoreUnavailableError' });
    } finally {
      await admin.query('ROLLBACK');
    }
    await send('afterwards');
    await expectStoredOnce(['afterwards']);
  });
});
