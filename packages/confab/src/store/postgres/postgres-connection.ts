import pg from 'pg';
import { DEFAULT_LIMITS } from '../../config/index.ts';
import { DatabaseUnreachableError } from '../errors.ts';
import type { SqlConnection, SqlResult } from '../sql-connection.ts';
import { connectionOptions, type DatabaseTimes } from './connection-options.ts';
import { ConnectionLostError } from './postgres-failures.ts';
import { endOrCut, trackSockets } from './sockets.ts';

const lost = new WeakSet<pg.Client>();

/** Notices that the connection is lost, whether or not somebody waits for an answer: unheard, its `error` event ends the process. */
export function watch(client: pg.Client, onLost: (error: Error) => void): void {
  client.on('error', (error) => {
    lost.add(client);
    onLost(error);
  });
}

/** Waits for a connection. Throws DatabaseUnreachableError when there is none to be had, whether nobody answers or the server refuses. */
export async function connected<Result>(connecting: Promise<Result>): Promise<Result> {
  try {
    return await connecting;
  } catch (error) {
    throw new DatabaseUnreachableError(error);
  }
}

/** We wait longer than the server may work, so that it is the server that ends what it still can. */
const PATIENCE = 1.2;

/**
 * Runs a statement on a client that is watched. Throws what the server said, or ConnectionLostError when it said nothing. A server that
 * has not answered after `answerMs` and a fifth of it is taken for lost, and so is the connection.
 */
export async function executeOn(
  client: pg.Client,
  sql: string,
  parameters: readonly unknown[],
  answerMs: number | undefined,
): Promise<SqlResult> {
  const config: pg.QueryConfig = { text: sql, values: [...parameters] };
  if (parameters.length > 0) config.name = statementName(sql);
  const giveUp = () => {
    lost.add(client);
    // With a statement under way this cuts the connection, which ends the statement.
    void client.end();
  };
  const timer = answerMs === undefined ? undefined : setTimeout(giveUp, answerMs * PATIENCE);
  try {
    const result = await client.query(config);
    return { rows: result.rows, affected: result.rowCount ?? 0 };
  } catch (error) {
    throw lost.has(client) && !(error instanceof pg.DatabaseError) ? new ConnectionLostError(error) : error;
  } finally {
    clearTimeout(timer);
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

/** For work that takes what it takes, such as migrations. */
const PATIENT: DatabaseTimes = { connectMs: DEFAULT_LIMITS.databaseConnectMs, answerMs: undefined };

/**
 * A connection that keeps track of whether the server has it in a transaction: `pg` does not tell, so it follows the verbs and takes a
 * lost connection for an ended transaction. Throws DatabaseUnreachableError.
 */
export async function openPostgresConnection(
  url: string,
  onLost: (error: Error) => void,
  times: DatabaseTimes = PATIENT,
): Promise<SqlConnection> {
  const sockets = trackSockets();
  const client = new pg.Client(connectionOptions(url, times, sockets.stream));
  let transaction = false;
  watch(client, (error) => {
    transaction = false;
    onLost(error);
  });
  try {
    await connected(client.connect());
  } catch (error) {
    sockets.cut();
    throw error;
  }
  const close = () => endOrCut(client.end(), sockets);
  try {
    await executeOn(client, "SET synchronous_commit = 'on'", [], times.answerMs);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    async execute(sql, parameters) {
      try {
        const result = await executeOn(client, sql, parameters, times.answerMs);
        if (sql.startsWith('BEGIN')) transaction = true;
        else if (sql === 'COMMIT' || sql === 'ROLLBACK') transaction = false;
        return result;
      } catch (error) {
        if (error instanceof ConnectionLostError) transaction = false;
        throw error;
      }
    },
    inTransaction: () => transaction,
    close,
  };
}
