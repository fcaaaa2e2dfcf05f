import pg from 'pg';
import type { SqlConnection, SqlResult } from '../sql-connection.ts';

/** int8 arrives as text by default, since it can exceed what a number holds. Ours are ids, counters and milliseconds: far below 2^53. */
const INT8_OID = 20;

const parsers = new pg.TypeOverrides();
parsers.setTypeParser(INT8_OID, (text) => Number(text));

/** Options of every PostgreSQL connection that the store opens. */
export function connectionOptions(url: string): pg.ClientConfig {
  return { connectionString: url, types: parsers, application_name: 'confab', connectionTimeoutMillis: 10_000 };
}

interface Queryable {
  query(config: pg.QueryConfig): Promise<pg.QueryResult<Record<string, unknown>>>;
}

export async function executeOn(client: Queryable, sql: string, parameters: readonly unknown[]): Promise<SqlResult> {
  const config: pg.QueryConfig = { text: sql, values: [...parameters] };
  if (parameters.length > 0) config.name = statementName(sql);
  const result = await client.query(config);
  return { rows: result.rows, affected: result.rowCount ?? 0 };
}

const names = new Map<string, string>();
const NAMES_KEPT = 2000;

/** A name for the statement, so that PostgreSQL parses and plans it once per connection. Rare shapes beyond the bound go unnamed. */
function statementName(sql: string): string | undefined {
  let name = names.get(sql);
  if (name === undefined && names.size < NAMES_KEPT) {
    name = `c${names.size}`;
    names.set(sql, name);
  }
  return name;
}

/**
 * A connection that keeps track of whether the server has it in a transaction: `pg` does not tell, so it follows the verbs and takes a
 * lost connection for an ended transaction.
 */
export async function openPostgresConnection(url: string, onLost: (error: Error) => void): Promise<SqlConnection> {
  const client = new pg.Client(connectionOptions(url));
  let transaction = false;
  client.on('error', (error) => {
    transaction = false;
    onLost(error);
  });
  await client.connect();
  await client.query("SET synchronous_commit = 'on'");
  await client.query("SET lock_timeout = '30s'");
  return {
    async execute(sql, parameters) {
      const result = await executeOn(client, sql, parameters);
      if (sql.startsWith('BEGIN')) transaction = true;
      else if (sql === 'COMMIT' || sql === 'ROLLBACK') transaction = false;
      return result;
    },
    inTransaction: () => transaction,
    close: () => client.end(),
  };
}
