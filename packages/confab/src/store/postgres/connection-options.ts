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

/** The locks of a node that is cut off in a transaction are held no longer than this. Between statements a command takes no time. */
const IDLE_IN_TRANSACTION_MS = 30_000;

/** Options of every PostgreSQL connection. The server itself ends what takes too long, while it can: half the time may go to a lock. */
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
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    ...(answerMs !== undefined && { statement_timeout: answerMs, lock_timeout: Math.ceil(answerMs / 2) }),
  };
}
