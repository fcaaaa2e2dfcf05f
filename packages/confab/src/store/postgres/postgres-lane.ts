import { CommitOutcomeUnknownError, StoreUnavailableError } from '../errors.ts';
import { kyselyOver, type LentConnection, type SqlConnection } from '../sql-connection.ts';
import type { FailureKind, WriteLane } from '../write-lane.ts';

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
  async function lend(): Promise<LentConnection> {
    return { connection: await connection(), release: () => {} };
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
    begin: () => run('BEGIN'),
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
    classify,
    async close() {
      await current?.close();
      current = undefined;
    },
  };
}

/** A COMMIT whose answer was lost has happened or not: the server knows (https://www.postgresql.org/docs/current/functions-info.html). */
async function wasCommitted(
  transactionId: string,
  transactionStatus: PostgresLaneOptions['transactionStatus'],
): Promise<boolean> {
  try {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const status = await transactionStatus(transactionId);
      if (status === 'committed') return true;
      if (status === 'aborted') return false;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  } catch (error) {
    throw new CommitOutcomeUnknownError('The connection broke during COMMIT and the database cannot be asked.', {
      cause: error,
    });
  }
  throw new CommitOutcomeUnknownError(`Transaction ${transactionId} did not end after its connection broke.`);
}

/** SQLSTATE classes (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
function classify(error: unknown): FailureKind {
  if (error instanceof StoreUnavailableError) return 'unavailable';
  const code = sqlState(error);
  if (code === undefined) return isConnectionFailure(error) ? 'transient' : 'command';
  // 40: rollback (serialisation, deadlock). 08, 57P: connection, shutdown. 55P03: a lock was not had in time.
  if (code.startsWith('40') || code.startsWith('08') || code.startsWith('57P') || code === '55P03') return 'transient';
  // 53: no disk, memory or connections. 58: I/O. XX: internal, corrupted. 25: read-only or aborted transaction.
  return ['53', '58', 'XX', '25'].includes(code.slice(0, 2)) ? 'unavailable' : 'command';
}

function sqlState(error: unknown): string | undefined {
  const code = textField(error, 'code');
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** What `pg` and the socket throw when the server is gone has no SQLSTATE: a system error code, or `pg`'s own words. */
function isConnectionFailure(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return state.startsWith('08') || state.startsWith('57P');
  if (!(error instanceof Error)) return false;
  return (
    /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOST|ENET|ENOENT|EAI_)/.test(textField(error, 'code') ?? '') ||
    /connection|not queryable|timeout expired/i.test(error.message)
  );
}

function textField(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const field: unknown = Reflect.get(value, name);
  return typeof field === 'string' ? field : undefined;
}
