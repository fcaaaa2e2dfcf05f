import pg from 'pg';
import type { SqlConnection, SqlResult } from '../sql-connection.ts';
import { ConnectionLostError } from './postgres-failures.ts';

/** int8 arrives as text by default, since it can exceed what a number holds. Ours are ids, counters and milliseconds: far below 2^53. */
const INT8_OID = 20;

const parsers = new pg.TypeOverrides();
parsers.setTypeParser(INT8_OID, (text) => Number(text));

/** Options of every PostgreSQL connection that the store opens. */
export function connectionOptions(url: string): pg.ClientConfig {
  return { connectionString: url, types: parsers, application_name: 'confab', connectionTimeoutMillis: 10_000 };
}

const lost = new WeakSet<pg.ClientBase>();

/** Notices that the connection is lost, whether or not somebody waits for an answer: unheard, its `error` event ends the process. */
export function watch(client: pg.ClientBase, onLost: (error: Error) => void): void {
  client.on('error', (error) => {
    lost.add(client);
    onLost(error);
  });
}

/** Waits for a connection. Throws ConnectionLostError when the server cannot be reached, and what the server says when it refuses. */
export async function connected<Result>(connecting: Promise<Result>): Promise<Result> {
  try {
    return await connecting;
  } catch (error) {
    throw error instanceof pg.DatabaseError ? error : new ConnectionLostError(error);
  }
}

/** Runs a statement on a client that is watched. Throws what the server said, or ConnectionLostError when it said nothing. */
export async function executeOn(
  client: pg.ClientBase,
  sql: string,
  parameters: readonly unknown[],
): Promise<SqlResult> {
  const config: pg.QueryConfig = { text: sql, values: [...parameters] };
  if (parameters.length > 0) config.name = statementName(sql);
  try {
    const result = await client.query(config);
    return { rows: result.rows, affected: result.rowCount ?? 0 };
  } catch (error) {
    throw lost.has(client) && !(error instanceof pg.DatabaseError) ? new ConnectionLostError(error) : error;
  }
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
  watch(client, (error) => {
    transaction = false;
    onLost(error);
  });
  await connected(client.connect());
  await executeOn(client, "SET synchronous_commit = 'on'", []);
  await executeOn(client, "SET lock_timeout = '30s'", []);
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
