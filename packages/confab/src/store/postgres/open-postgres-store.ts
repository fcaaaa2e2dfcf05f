import pg from 'pg';
import { createBatchWriter } from '../batch-writer.ts';
import { migrate } from '../migrations/migrate.ts';
import type { OpenStoreOptions } from '../open-store-options.ts';
import { reading } from '../reading.ts';
import { kyselyOver } from '../sql-connection.ts';
import type { Store } from '../store.ts';
import { connected, connectionOptions, executeOn, openPostgresConnection, watch } from './postgres-connection.ts';
import { classifyPostgresFailure } from './postgres-failures.ts';
import { createPostgresLane } from './postgres-lane.ts';

/**
 * Writer connections of one node. Commands on one conversation share one of them (`affinity`), so that they share commits instead of
 * waiting for each other's row locks; different conversations commit side by side.
 */
const WRITER_LANES = 4;

const READER_CONNECTIONS = 8;

/** Opens the PostgreSQL store at `url`. Durable by `synchronous_commit=on`, which is set on each writer connection. */
export async function openPostgresStore(
  url: string,
  { maxBatch, maxWaiting, onCommit, wrapConnection = (connection) => connection, onBackgroundError }: OpenStoreOptions,
): Promise<Store> {
  const migrator = await openPostgresConnection(url, onBackgroundError);
  try {
    await migrate('postgres', migrator);
  } finally {
    await migrator.close();
  }

  const pool = new pg.Pool({ ...connectionOptions(url), max: READER_CONNECTIONS });
  // The pool hears of the loss of idle connections only; that of one in use is told by its query, but must have been heard.
  pool.on('error', onBackgroundError);
  pool.on('connect', (client) => watch(client, () => {}));
  const read = kyselyOver('postgres', async () => {
    const client = await reading(connected(pool.connect()), classifyPostgresFailure);
    return {
      connection: {
        execute: (sql, parameters) => reading(executeOn(client, sql, parameters), classifyPostgresFailure),
        inTransaction: () => false,
        close: async () => {},
      },
      release: () => client.release(),
    };
  });

  const writers = Array.from({ length: WRITER_LANES }, () =>
    createBatchWriter({
      lane: createPostgresLane({
        connect: async () => wrapConnection(await openPostgresConnection(url, onBackgroundError)),
        transactionStatus: (transactionId) => transactionStatus(pool, transactionId),
      }),
      maxBatch,
      maxWaiting,
      onCommit,
      onBackgroundError,
    }),
  );
  let next = 0;

  return {
    engine: 'postgres',
    read,
    write(transact, { affinity } = {}) {
      const lane = affinity ?? next++;
      const writer = writers[lane % writers.length];
      if (writer === undefined) throw new RangeError(`affinity must be a whole number, not ${lane}.`);
      return writer.write(transact);
    },
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
      await pool.end();
    },
  };
}

async function transactionStatus(pool: pg.Pool, transactionId: string) {
  const { rows } = await pool.query('SELECT pg_xact_status($1::xid8) AS status', [transactionId]);
  const status: unknown = rows[0]?.status;
  return status === 'committed' || status === 'aborted' || status === 'in progress' ? status : undefined;
}
