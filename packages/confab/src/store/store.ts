import type { Kysely } from 'kysely';
import type { Change, Recheck } from './changes.ts';
import type { Database } from './schema.ts';
import type { Engine } from './sql-connection.ts';
import type { EventOrigin } from './writing.ts';

/** Reads. Outside of a transaction it shows committed data only: it never runs on the writer's connection. */
export type ReadDb = Pick<Kysely<Database>, 'selectFrom' | 'executeQuery' | 'getExecutor'>;

/** Reads and writes inside the transaction of one command. */
export type WriteDb = ReadDb & Pick<Kysely<Database>, 'insertInto' | 'updateTable' | 'deleteFrom'>;

/** What a command's `transact` stage gets: it awaits nothing but `db`, because other commands wait behind it. */
export interface Transaction {
  readonly db: WriteDb;
  /** Collected while the command runs, published after COMMIT, dropped when the command is rolled back. */
  readonly changes: Change[];
  readonly rechecks: Recheck[];
}

export interface WriteOptions {
  /**
   * Commands with the same number run one after the other on engines that have several writers, so that commands on one conversation
   * share a commit instead of waiting for each other's row locks.
   */
  affinity?: number;
  /** Goes into the event log with what the command appends to it. Nobody, and no webhooks, when absent. */
  origin?: EventOrigin;
}

export interface EventLogPosition {
  transactionId: number;
  id: number;
}

export interface StoreStatistics {
  /** Commands waiting for the writer now. */
  waiting: number;
  commits: number;
  commands: number;
  /** Batches that the engine threw away, so that each command ran again alone. */
  discardedBatches: number;
}

export interface Store {
  readonly engine: Engine;
  readonly read: ReadDb;
  /**
   * Runs `transact` in a transaction that it may share with other commands, each behind a savepoint. Resolves only after COMMIT has
   * returned, so that what is acknowledged is on disk (invariant 1); rejects with what `transact` threw, or with
   * StoreUnavailableError. `transact` can run more than once: it must keep nothing outside the transaction.
   */
  write<Result>(transact: (tx: Transaction) => Promise<Result>, options?: WriteOptions): Promise<Result>;
  statistics(): StoreStatistics;
  /**
   * Makes what was deleted unreadable in the files, as far as the engine can while it serves. SQLite: deleted content is overwritten as it is
   * deleted, and the log, which still holds it, is emptied here; with `rewrite` the whole file is written anew, which takes as long as its
   * size and keeps everybody waiting. PostgreSQL does it in its own time (docs/personal-data.md). Throws when others hold the log.
   */
  scrub(options?: { rewrite?: boolean }): Promise<void>;
  /** Finishes what waits, then closes. */
  close(): Promise<void>;
}
