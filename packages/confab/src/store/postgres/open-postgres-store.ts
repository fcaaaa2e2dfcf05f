import pg from 'pg';
import { DEFAULT_LIMITS } from '../../config/index.ts';
import { createBatchWriter } from '../batch-writer.ts';
import { migrate } from '../migrations/migrate.ts';
import type { OpenStoreOptions } from '../open-store-options.ts';
import { reading } from '../reading.ts';
import { kyselyOver } from '../sql-connection.ts';
import type { Store } from '../store.ts';
import { connectionOptions, type DatabaseTimes } from './connection-options.ts';
import { connected, executeOn, openPostgresConnection, watch } from './postgres-connection.ts';
import { classifyPostgresFailure } from './postgres-failures.ts';
import { createPostgresLane } from './postgres-lane.ts';
import { endOrCut, trackSockets } from './sockets.ts';
import { textField } from './text-field.ts';

/**
 * Writer connections of one node. Commands on one conversation share one of them (`affinity`), so that they share commits instead of
 * waiting for each other's row locks; different conversations commit side by side.
 */
const WRITER_LANES = 4;

const READER_CONNECTIONS = 8;

const DEFAULT_TIMES: DatabaseTimes = {
  connectMs: DEFAULT_LIMITS.databaseConnectMs,
  answerMs: DEFAULT_LIMITS.databaseAnswerMs,
};

/** Opens the PostgreSQL store at `url`. Durable by `synchronous_commit=on`, which is set on each writer connection. */
export async function openPostgresStore(url: string, options: OpenStoreOptions): Promise<Store> {
  const { maxBatch, maxWaiting, onCommit, onLogged, onBackgroundError, databaseTimes: times = DEFAULT_TIMES } = options;
  const { wrapConnection = (connection) => connection } = options;
  // Without a bound on its statements: a migration takes as long as the data is large.
  const migrator = await openPostgresConnection(url, onBackgroundError, { ...times, answerMs: undefined });
  try {
    await migrate('postgres', migrator);
  } finally {
    await migrator.close();
  }

  const sockets = trackSockets();
  const pool = new pg.Pool({ ...connectionOptions(url, times, sockets.stream), max: READER_CONNECTIONS });
  // The pool hears of the loss of idle connections only; that of one in use is told by its query, but must have been heard.
  pool.on('error', onBackgroundError);
  pool.on('connect', (client) => watch(client, () => {}));
  const read = kyselyOver('postgres', async () => {
    const client = await reading(connected(pool.connect()), classifyPostgresFailure);
    return {
      connection: {
        execute: (sql, parameters) =>
          reading(executeOn(client, sql, parameters, times.answerMs), classifyPostgresFailure),
        inTransaction: () => false,
        close: async () => {},
      },
      release: () => client.release(),
    };
  });

  const writers = Array.from({ length: WRITER_LANES }, () =>
    createBatchWriter({
      lane: createPostgresLane({
        connect: async () => wrapConnection(await openPostgresConnection(url, onBackgroundError, times)),
        transactionStatus: (transactionId) => transactionStatus(pool, transactionId, times),
      }),
      maxBatch,
      maxWaiting,
      onCommit,
      onLogged,
      onBackgroundError,
    }),
  );
  let next = 0;

  return {
    engine: 'postgres',
    read,
    write(transact, { affinity, origin } = {}) {
      const lane = affinity ?? next++;
      const writer = writers[lane % writers.length];
      if (writer === undefined) throw new RangeError(`affinity must be a whole number, not ${lane}.`);
      return writer.write(transact, origin);
    },
    // Rows that are dead are VACUUM's, and the log is the server's: nothing that a client should force upon it.
    scrub: async () => {},
    statistics: () =>
      writers
        .map((writer) => writer.statistics())
        .reduce((sum, one) => ({
          waiting: sum.waiting + one.waiting,
          commits: sum.commits + one.commits,
          commands: sum.commands + one.commands,
          discardedBatches: sum.discardedBatches + one.discardedBatches,
        })),
    async close() {
      await Promise.all(writers.map((writer) => writer.close()));
      await endOrCut(pool.end(), sockets);
    },
  };
}

async function transactionStatus(pool: pg.Pool, transactionId: string, { answerMs }: DatabaseTimes) {
  const client = await pool.connect();
  try {
    const { rows } = await executeOn(client, 'SELECT pg_xact_status($1::xid8) AS status', [transactionId], answerMs);
    const status = textField(rows[0], 'status');
    return status === 'committed' || status === 'aborted' || status === 'in progress' ? status : undefined;
  } finally {
    client.release();
  }
}
