import type { Socket } from 'node:net';
import pg from 'pg';

export interface DatabaseTimes {
  /** Most time, in ms, that it may take to get a connection. */
  connectMs: number;
  /** Most time, in ms, that the server may take for a statement; undefined where it may take any. */
  answerMs: number | undefined;
}

/** int8 arrives as text by default, since it can exceed what a number holds. Ours are ids, counters and milliseconds: far below 2^53. */
const INT8_OID = 20;

const parsers = new pg.TypeOverrides();
parsers.setTypeParser(INT8_OID, (text) => Number(text));

/** A connection on which nothing is said is asked whether it still stands: idle ones, and the bus, which mostly listens. */
const KEEP_ALIVE_AFTER_MS = 10_000;

/**
 * Options of every PostgreSQL connection. The server itself ends what takes too long, while it can: a statement, half of whose time may go
 * to a lock, and a transaction whose node is cut off, so that its locks go, and what became of it is known, when the node gives up, too.
 */
export function connectionOptions(
  url: string,
  { connectMs, answerMs }: DatabaseTimes,
  stream: () => Socket,
): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: 'confab',
    types: parsers,
    stream,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    connectionTimeoutMillis: connectMs,
    ...(answerMs !== undefined && {
      statement_timeout: answerMs,
      lock_timeout: Math.ceil(answerMs / 2),
      idle_in_transaction_session_timeout: answerMs,
    }),
  };
}
