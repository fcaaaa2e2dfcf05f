/** What the domain may use of the store: types, and the tools that both engines understand. Never an engine. */
export type * from './changes.ts';
export { isUniqueViolation, LostRaceError } from './errors.ts';
export { appendEvent, isSettled, readEventLog, START_OF_LOG } from './event-log.ts';
export {
  type FullTextQuery,
  hasUnsearchable,
  makeSearchable,
  rowsWithWords,
  type Searched,
  wordsOf,
} from './full-text.ts';
export { isBefore, logFloor, lowestCursor, raiseLogFloor, restartLogOrder } from './log-readers.ts';
export type * from './schema.ts';
export { type Param, statement } from './statement.ts';
export type { EventLogPosition, ReadDb, Store, Transaction, WriteDb, WriteOptions } from './store.ts';
export type { EventOrigin } from './writing.ts';
