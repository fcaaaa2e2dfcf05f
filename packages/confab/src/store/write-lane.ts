import type { WriteDb } from './store.ts';

/** How bad a failure inside a transaction is. */
export type FailureKind =
  /** The command's own: it is rolled back to its savepoint, its neighbours go on. */
  | 'command'
  /** The engine's, and the same work may succeed at once when it runs again (deadlock, serialisation, connection replaced). */
  | 'transient'
  /** The engine's, and only time or an operator helps (disk full, I/O error). */
  | 'unavailable'
  /** There is no connection to be had: what waits behind the command would fail in the same way. */
  | 'unreachable';

/** One writer connection of an engine, with the transaction verbs that the batch writer needs. */
export interface WriteLane {
  readonly db: WriteDb;
  begin(): Promise<void>;
  /**
   * Returns when the transaction is durable. Any failure means that it was not applied, except CommitOutcomeUnknownError.
   */
  commit(): Promise<void>;
  /** Never throws; afterwards the lane is ready for `begin`, on a new connection if need be. */
  rollback(): Promise<void>;
  savepoint(): Promise<void>;
  releaseSavepoint(): Promise<void>;
  rollbackToSavepoint(): Promise<void>;
  /** False as soon as the engine has ended the transaction by itself (invariant 12). */
  inTransaction(): boolean;
  classify(error: unknown): FailureKind;
  close(): Promise<void>;
}
