import { join } from 'node:path';
import {
  CommitOutcomeUnknownError,
  SQLITE_FILE,
  type SqlConnection,
  StoreUnavailableError,
  type WrapConnection,
} from '../../src/store/index.ts';
import { reading } from '../../src/store/reading.ts';
import type { ReadDb } from '../../src/store/seam.ts';
import { kyselyOnConnection } from '../../src/store/sql-connection.ts';
import { openSqliteConnection } from '../../src/store/sqlite/sqlite-connection.ts';
import { classifySqliteFailure } from '../../src/store/sqlite/sqlite-lane.ts';
import { type Fault, faultsOf, spoil } from '../store/support/faults.ts';
import type { Delay } from './profile.ts';
import type { TransactionLock } from './transaction-lock.ts';
import type { World } from './world.ts';

/** One node's connections to the shared database: slow, failing, and gone with the node. */
export interface NodeDatabase {
  /** For the writer's connection. */
  readonly wrapConnection: WrapConnection;
  readonly read: ReadDb;
  /** While false, nothing is slow and nothing fails: a node that starts. */
  trouble: boolean;
  /** Number of this node's newest commit. */
  lastCommit(): number;
  /** World time of the last read that failed. */
  lastReadFault(): number;
  /** The node is gone: what was not committed is undone, and whatever waits for an answer gets an error that nobody hears. */
  crash(): void;
  close(): Promise<void>;
}

export interface NodeDatabaseOptions {
  world: World;
  folder: string;
  lock: TransactionLock;
  onCommit: () => number;
}

const COMMIT = 'COMMIT';

export function createNodeDatabase({ world, folder, lock, onCommit }: NodeDatabaseOptions): NodeDatabase {
  const { random, schedule, profile } = world;
  const faults = faultsOf('sqlite');
  const reader = openSqliteConnection(join(folder, SQLITE_FILE), { readOnly: true });
  const owner = {};
  const waiting = new Set<() => void>();
  let writer: SqlConnection | undefined;
  let gone = false;
  let lastCommit = 0;
  let lastReadFault = Number.NEGATIVE_INFINITY;

  function checkAlive(): void {
    if (gone) throw new StoreUnavailableError('The node is gone.');
  }

  const troubled = (): boolean => world.hostile && node.trouble && !gone;

  /** Takes its time, or ends with the node. Undefined, and so nothing to wait for, when it takes none. */
  function pause({ chance, maxMs }: Delay): Promise<void> | undefined {
    if (!troubled() || !random.chance(chance)) return undefined;
    return new Promise((resolve) => {
      const go = (): void => {
        callOff();
        waiting.delete(go);
        resolve();
      };
      const callOff = schedule.after(random.between(0, maxMs), go);
      waiting.add(go);
    });
  }

  function faultAt(sql: string): Fault | undefined {
    const { commitChance, writeChance } = profile.faults;
    if (!troubled() || sql === 'ROLLBACK') return undefined;
    return random.chance(sql === COMMIT ? commitChance : writeChance) ? random.any(faults) : undefined;
  }

  async function write(inner: SqlConnection, sql: string, parameters: readonly unknown[]) {
    checkAlive();
    // What must survive here is the simulated crash of a process, and for that the disk need not be waited for.
    if (sql.startsWith('PRAGMA synchronous')) return inner.execute('PRAGMA synchronous = OFF', []);
    if (sql === 'BEGIN IMMEDIATE') await lock.acquire(owner);
    const pausing = pause(profile.writeDelay);
    if (pausing !== undefined) await pausing;
    checkAlive();
    const fault = faultAt(sql);
    try {
      if (fault !== undefined) {
        world.happened(sql === COMMIT ? 'a COMMIT fails' : 'a statement fails', `${sql.slice(0, 40)}: ${fault.name}`);
        if (inner.inTransaction()) await spoil(inner, fault);
        throw fault.error();
      }
      const unknown = sql === COMMIT && troubled() && random.chance(profile.faults.unknownChance);
      if (unknown) world.happened('the outcome of a COMMIT is unknown');
      if (unknown && random.chance(0.5)) throw new CommitOutcomeUnknownError('The connection broke inside COMMIT.');
      const result = await inner.execute(sql, parameters);
      if (sql === COMMIT) await committed(unknown);
      return result;
    } finally {
      if (!gone && !inner.inTransaction()) lock.release(owner);
    }
  }

  async function committed(outcomeUnknown: boolean): Promise<void> {
    lastCommit = onCommit();
    lock.release(owner);
    await pause(profile.writeDelay);
    checkAlive();
    if (outcomeUnknown) throw new CommitOutcomeUnknownError('The connection broke inside COMMIT.');
  }

  async function look(sql: string, parameters: readonly unknown[]) {
    checkAlive();
    const before = pause(profile.readDelay);
    if (before !== undefined) await before;
    checkAlive();
    if (troubled() && random.chance(profile.faults.readChance)) {
      lastReadFault = schedule.now();
      world.happened('a read fails', sql.slice(0, 60));
      throw faults[0]?.error();
    }
    const result = await reader.execute(sql, parameters);
    const after = pause(profile.readDelay);
    if (after !== undefined) await after;
    checkAlive();
    return result;
  }

  const node: NodeDatabase = {
    wrapConnection(inner) {
      writer = inner;
      return {
        ...inner,
        execute: (sql, parameters) => write(inner, sql, parameters),
        inTransaction: () => !gone && inner.inTransaction(),
      };
    },
    read: kyselyOnConnection('sqlite', {
      ...reader,
      execute: (sql, parameters) => reading(look(sql, parameters), classifySqliteFailure),
    }),
    trouble: false,
    lastCommit: () => lastCommit,
    lastReadFault: () => lastReadFault,
    crash() {
      gone = true;
      if (writer?.inTransaction()) {
        world.happened('a node is gone in the middle of a transaction');
        void writer.execute('ROLLBACK', []);
      }
      lock.abandon(owner);
      for (const go of [...waiting]) go();
    },
    close: () => reader.close(),
  };
  return node;
}
