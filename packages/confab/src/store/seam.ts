/** What the domain may use of the store: types, and the tools that both engines understand. Never an engine. */
export type * from './changes.ts';
export { isUniqueViolation, LostRaceError } from './errors.ts';
export { appendEvent } from './event-log.ts';
export type * from './schema.ts';
export { type Param, statement } from './statement.ts';
export type { ReadDb, Store, Transaction, WriteDb, WriteOptions } from './store.ts';
