import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStore, SQLITE_FILE, type SqlConnection } from '../../src/store/index.ts';
import { needsPostgres } from '../support/postgres.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { emptyDatabase, openTestStore } from '../support/store.ts';
import { needsStrace, traceCalls } from './support/strace.ts';

const COMMITS = 20;

describe('SQLite', needsStrace, () => {
  it('syncs its log between the acknowledgements of two lone commits', async () => {
    const location = await emptyDatabase('sqlite');
    if (location.engine !== 'sqlite') throw new Error('not SQLite');
    const program = fileURLToPath(new URL('support/lone-commits.ts', import.meta.url));
    const calls = traceCalls(['fsync', 'fdatasync', 'write'], program, [location.folder, String(COMMITS)]);

    /** Syncs of the write-ahead log after the acknowledgement before it, for each acknowledgement. */
    const syncs: number[] = [];
    let sinceLast = 0;
    for (const call of calls) {
      if (/ (fsync|fdatasync)\(/.test(call) && call.includes(`${SQLITE_FILE}-wal>`)) sinceLast += 1;
      if (/ write\(.*"acknowledged \d+\\n"/.test(call)) {
        syncs.push(sinceLast);
        sinceLast = 0;
      }
    }
    expect(syncs).toHaveLength(COMMITS);
    expect(Math.min(...syncs)).toBeGreaterThanOrEqual(1);
  });
});

describe('PostgreSQL', needsPostgres, () => {
  it('syncs its log at least once for each lone commit', async () => {
    // A server of its own: nobody else's commits are counted.
    const server = await startPostgres({ fsync: true });
    if ('missing' in server) throw new Error(server.missing);
    onTestFinished(server.stop);
    const observer = new Client({ connectionString: server.url });
    await observer.connect();
    onTestFinished(() => observer.end());

    const store = await openStore(
      { engine: 'postgres', url: server.url },
      { maxBatch: 64, maxWaiting: 64, onCommit: () => {}, onBackgroundError: () => {} },
    );
    const before = await walSyncs(observer);
    for (let number = 0; number < COMMITS; number += 1) {
      await store.write(({ db }) =>
        db
          .insertInto('meta')
          .values({ key: `${number}`, value: '' })
          .execute(),
      );
    }
    // A server process adds its counts to the total at the latest when it ends.
    await store.close();
    await expect.poll(() => walSyncs(observer), { timeout: 15_000 }).toBeGreaterThanOrEqual(before + COMMITS);
  });

  it('waits for the disk in the writer’s sessions even where the operator’s default is not to', async () => {
    const location = await emptyDatabase('postgres');
    if (location.engine !== 'postgres') throw new Error('not PostgreSQL');
    const admin = new Client({ connectionString: location.url });
    await admin.connect();
    await admin.query(`ALTER DATABASE ${new URL(location.url).pathname.slice(1)} SET synchronous_commit = off`);
    await admin.end();

    const writers: SqlConnection[] = [];
    const store = await openTestStore(location, {
      wrapConnection(connection) {
        writers.push(connection);
        return connection;
      },
    });
    for (const affinity of [0, 1, 2, 3]) await store.write(async () => {}, { affinity });
    expect(writers).toHaveLength(4);
    for (const writer of writers) {
      expect((await writer.execute('SHOW synchronous_commit', [])).rows).toEqual([{ synchronous_commit: 'on' }]);
    }
  });
});

/** How often the server has synced its write-ahead log (https://www.postgresql.org/docs/current/monitoring-stats.html). */
async function walSyncs(client: Client): Promise<number> {
  const { rows } = await client.query('SHOW server_version_num');
  const moved = Number(rows[0]?.server_version_num) >= 180_000;
  const counted = await client.query(
    moved
      ? `SELECT sum(fsyncs)::text AS syncs FROM pg_stat_io WHERE object = 'wal'`
      : 'SELECT wal_sync::text AS syncs FROM pg_stat_wal',
  );
  return Number(counted.rows[0]?.syncs);
}
