import type { ChangeSet } from './changes.ts';
import type { DatabaseTimes } from './postgres/connection-options.ts';
import type { WrapConnection } from './sql-connection.ts';

export interface OpenStoreOptions {
  maxBatch: number;
  maxWaiting: number;
  /** One call per commit, with all that it changed, before the commands that it holds are answered. */
  onCommit: (changeSet: ChangeSet) => void;
  /** Called once per commit that has appended to the event log, after `onCommit`. */
  onLogged?: (() => void) | undefined;
  /** Failures of work that nobody waits for: checkpoints, idle connections. */
  onBackgroundError: (error: unknown) => void;
  /** PostgreSQL only; those of the default limits when absent. */
  databaseTimes?: DatabaseTimes;
  /** Lets a test stand between the writer and its engine. */
  wrapConnection?: WrapConnection;
}
