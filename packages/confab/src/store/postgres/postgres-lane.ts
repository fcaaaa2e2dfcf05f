import { CommitOutcomeUnknownError } from '../errors.ts';
import { kyselyOver, type LentConnection, type SqlConnection } from '../sql-connection.ts';
import type { WriteLane } from '../write-lane.ts';
import { ConnectionLostError, classifyPostgresFailure, isConnectionFailure } from './postgres-failures.ts';
import { textField } from './text-field.ts';

export interface PostgresLaneOptions {
  connect: () => Promise<SqlConnection>;
  /** Asks the server, on another connection, what became of a transaction. */
  transactionStatus: (transactionId: string) => Promise<'committed' | 'aborted' | 'in progress' | undefined>;
}

/** One of the writer's connections to PostgreSQL; replaced when it is lost. */
export function createPostgresLane({ connect, transactionStatus }: PostgresLaneOptions): WriteLane {
  let current: SqlConnection | undefined;

  async function connection(): Promise<SqlConnection> {
    current ??= await connect();
    return current;
  }
  /** For a command's statements: never a new connection, on which they would be outside of the transaction. */
  async function lend(): Promise<LentConnection> {
    if (!current?.inTransaction()) throw new ConnectionLostError(new Error('The transaction has ended.'));
    return { connection: current, release: () => {} };
  }
  async function run(sql: string): Promise<void> {
    await (await connection()).execute(sql, []);
  }
  async function discardConnection(): Promise<void> {
    const broken = current;
    current = undefined;
    try {
      await broken?.close();
    } catch {
      // It is gone already, which is why it is discarded.
    }
  }

  return {
    db: kyselyOver('postgres', lend),
    // Whatever the operator's default: a command sees what was committed while it waited for a row, instead of failing for it.
    begin: () => run('BEGIN ISOLATION LEVEL READ COMMITTED'),
    async commit() {
      const { rows } = await (await connection()).execute('SELECT pg_current_xact_id_if_assigned()::text AS id', []);
      const transactionId = textField(rows[0], 'id');
      try {
        await run('COMMIT');
      } catch (error) {
        if (!isConnectionFailure(error) || transactionId === undefined) throw error;
        await discardConnection();
        if (await wasCommitted(transactionId, transactionStatus)) return;
        throw error;
      }
    },
    async rollback() {
      if (current === undefined) return;
      try {
        await run('ROLLBACK');
      } catch {
        await discardConnection();
      }
    },
    savepoint: () => run('SAVEPOINT command'),
    releaseSavepoint: () => run('RELEASE SAVEPOINT command'),
    async rollbackToSavepoint() {
      await run('ROLLBACK TO SAVEPOINT command');
      await run('RELEASE SAVEPOINT command');
    },
    inTransaction: () => current?.inTransaction() ?? false,
    classify: classifyPostgresFailure,
    async close() {
      await current?.close();
      current = undefined;
    },
  };
}

/** How long the server is asked: enough for one that is restarted. */
const STATUS_WAIT_MS = 5000;

const STATUS_PAUSE_MS = 100;

/** A COMMIT whose answer was lost has happened or not: the server knows (https://www.postgresql.org/docs/current/functions-info.html). */
async function wasCommitted(
  transactionId: string,
  transactionStatus: PostgresLaneOptions['transactionStatus'],
): Promise<boolean> {
  let cause: unknown;
  // Not a number of attempts: where nothing answers, each of them takes as long as a connection may.
  const deadline = performance.now() + STATUS_WAIT_MS;
  while (performance.now() < deadline) {
    try {
      const status = await transactionStatus(transactionId);
      if (status === 'committed') return true;
      if (status === 'aborted') return false;
      cause = new Error(`Transaction ${transactionId} is ${status ?? 'unknown to the server'}.`);
    } catch (error) {
      // Most likely what took the connection away takes this one, too.
      cause = error;
    }
    await new Promise((resolve) => setTimeout(resolve, STATUS_PAUSE_MS));
  }
  throw new CommitOutcomeUnknownError(
    'The connection broke during COMMIT, and the database does not say how it ended.',
    {
      cause,
    },
  );
}
