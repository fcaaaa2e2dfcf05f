import pg from 'pg';
import { DatabaseUnreachableError, LostRaceError, StoreUnavailableError } from '../errors.ts';
import type { FailureKind } from '../write-lane.ts';

/** The server was lost before it had answered. */
export class ConnectionLostError extends StoreUnavailableError {
  constructor(cause: unknown) {
    super(`The connection to the database is lost: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

/**
 * Only what the server said itself is judged by its SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html): errors of
 * the domain carry words of callers, and system errors have codes of the same form (`EPIPE`).
 */
export function classifyPostgresFailure(error: unknown): FailureKind {
  if (error instanceof ConnectionLostError || error instanceof LostRaceError) return 'transient';
  if (error instanceof DatabaseUnreachableError) return 'unreachable';
  if (error instanceof StoreUnavailableError) return 'unavailable';
  const code = sqlState(error);
  // 40: rollback (serialisation, deadlock). 08, 57P: connection, shutdown. 55P03: a lock was not had in time. 23503: a row that was there
  // when the command looked is gone, or has got a child; a new look tells which.
  if (code.startsWith('40') || code.startsWith('08') || code.startsWith('57P')) return 'transient';
  if (code === '55P03' || code === '23503') return 'transient';
  // 57014: took longer than it may. 53: no disk, memory or connections. 58: I/O. XX: internal, corrupted. 25: read-only or aborted
  // transaction.
  if (code === '57014') return 'unavailable';
  return ['53', '58', 'XX', '25'].includes(code.slice(0, 2)) ? 'unavailable' : 'command';
}

/** Whether the connection is gone, so that what became of its last statement must be asked on another. */
export function isConnectionFailure(error: unknown): boolean {
  const code = sqlState(error);
  return error instanceof ConnectionLostError || code.startsWith('08') || code.startsWith('57P');
}

function sqlState(error: unknown): string {
  return error instanceof pg.DatabaseError ? (error.code ?? '') : '';
}
