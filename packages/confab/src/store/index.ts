export {
  CommitOutcomeUnknownError,
  LowDiskError,
  SchemaError,
  StoreOverloadedError,
  StoreUnavailableError,
} from './errors.ts';
export {
  type EventLogEntry,
  endOfEventLog,
  growsAfter,
  positionOf,
  readEventLog,
  START_OF_LOG,
} from './event-log.ts';
export { openStore, type StoreLocation } from './open-store.ts';
export type { OpenStoreOptions } from './open-store-options.ts';
export * from './seam.ts';
export type { SqlConnection, SqlResult, WrapConnection } from './sql-connection.ts';
export { SQLITE_FILE } from './sqlite/open-sqlite-store.ts';
export type { StoreStatistics } from './store.ts';
