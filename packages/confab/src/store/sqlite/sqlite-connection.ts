import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { SqlConnection, SqlResult } from '../sql-connection.ts';

/** Prepared statements kept for each connection. Shapes are few; the bound is for queries with lists of changing length. */
const STATEMENT_CACHE_SIZE = 500;

/** Only tools beside the server can hold the file (it locks its folder): wait a little for them rather than fail. */
const BUSY_TIMEOUT_MS = 1000;

interface PreparedStatement {
  statement: StatementSync;
  returnsRows: boolean;
}

export interface SqliteConnection extends SqlConnection {
  readonly database: DatabaseSync;
}

/** A connection to a SQLite file, as the async seam wants it. The work itself is synchronous. */
export function openSqliteConnection(path: string, options: { readOnly?: boolean } = {}): SqliteConnection {
  const database = new DatabaseSync(path, { readOnly: options.readOnly ?? false, timeout: BUSY_TIMEOUT_MS });
  const prepared = new Map<string, PreparedStatement>();

  function prepare(sql: string): PreparedStatement {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    const statement = database.prepare(sql);
    const fresh = { statement, returnsRows: statement.columns().length > 0 };
    if (prepared.size >= STATEMENT_CACHE_SIZE) prepared.clear();
    prepared.set(sql, fresh);
    return fresh;
  }

  return {
    database,
    async execute(sql, parameters): Promise<SqlResult> {
      const { statement, returnsRows } = prepare(sql);
      const values = parameters.map(toSqliteValue);
      if (returnsRows) return { rows: statement.all(...values), affected: 0 };
      return { rows: [], affected: Number(statement.run(...values).changes) };
    },
    inTransaction: () => database.isTransaction,
    async close() {
      prepared.clear();
      database.close();
    },
  };
}

function toSqliteValue(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
    return value;
  throw new TypeError(`A ${typeof value} cannot be stored: the schema holds text, integers and null only.`);
}
