import { StoreUnavailableError } from '../errors.ts';
import { kyselyOnConnection, type SqlConnection } from '../sql-connection.ts';
import type { FailureKind, WriteLane } from '../write-lane.ts';

/**
 * Primary result codes after which a transaction must not be trusted (https://sqlite.org/rescode.html; "response to errors within a
 * transaction" in https://sqlite.org/lang_transaction.html).
 */
const ENGINE_FAILURES: ReadonlyMap<number, string> = new Map([
  [5, 'busy'],
  [7, 'out of memory'],
  [8, 'read-only'],
  [9, 'interrupted'],
  [10, 'I/O error'],
  [11, 'corrupt'],
  [13, 'full'],
  [14, 'cannot open'],
  [15, 'locking protocol'],
  [26, 'not a database'],
]);

/** The writer's connection to SQLite. */
export function createSqliteLane(connection: SqlConnection): WriteLane {
  const run = async (sql: string): Promise<void> => {
    await connection.execute(sql, []);
  };
  /** A command that goes on after the engine has ended its transaction would write what nobody can undo. */
  const executeInTransaction: SqlConnection['execute'] = async (sql, parameters) => {
    if (!connection.inTransaction()) throw new StoreUnavailableError('The engine has ended the transaction by itself.');
    return connection.execute(sql, parameters);
  };
  return {
    db: kyselyOnConnection('sqlite', { ...connection, execute: executeInTransaction }),
    async begin() {
      // What a rollback that failed has left open.
      if (connection.inTransaction()) await run('ROLLBACK');
      await run('BEGIN IMMEDIATE');
    },
    commit: () => run('COMMIT'),
    async rollback() {
      if (!connection.inTransaction()) return;
      try {
        await run('ROLLBACK');
      } catch {
        // The engine has rolled back by itself in the meantime, or cannot: `begin` tries again.
      }
    },
    savepoint: () => run('SAVEPOINT command'),
    releaseSavepoint: () => run('RELEASE command'),
    async rollbackToSavepoint() {
      await run('ROLLBACK TO command');
      await run('RELEASE command');
    },
    inTransaction: () => connection.inTransaction(),
    classify: classifySqliteFailure,
    close: () => connection.close(),
  };
}

export function classifySqliteFailure(error: unknown): FailureKind {
  if (error instanceof StoreUnavailableError) return 'unavailable';
  if (error instanceof Error && 'errcode' in error && typeof error.errcode === 'number') {
    // The low byte is the primary result code.
    return ENGINE_FAILURES.has(error.errcode & 0xff) ? 'unavailable' : 'command';
  }
  return 'command';
}
