import pg from 'pg';
import type { SqlConnection, WrapConnection } from '../../../src/store/index.ts';
import type { Engine } from '../../support/store.ts';

/** How an engine fails. */
export interface Fault {
  readonly name: string;
  readonly error: () => Error;
  /** What becomes of the transaction. */
  readonly transaction: 'goes on' | 'ended by the engine' | 'aborted';
}

/** What SQLite throws when the disk fails or is full (https://sqlite.org/rescode.html). Extended codes have the primary one below. */
const sqliteFaults: readonly Fault[] = [
  { name: 'I/O error in a write', error: () => sqliteError('disk I/O error', 10 | (3 << 8)), transaction: 'goes on' },
  {
    name: 'I/O error in a sync',
    error: () => sqliteError('disk I/O error', 10 | (4 << 8)),
    transaction: 'ended by the engine',
  },
  { name: 'full', error: () => sqliteError('database or disk is full', 13), transaction: 'ended by the engine' },
];

/** As PostgreSQL reports I/O errors, a full disk, deadlocks and failed serialisation: it takes nothing but ROLLBACK then. */
const postgresFaults: readonly Fault[] = ['58030', '53100', '40P01', '40001'].map((code) => ({
  name: code,
  error: () => Object.assign(new pg.DatabaseError(`error ${code}`, 0, 'error'), { code, severity: 'ERROR' }),
  transaction: 'aborted',
}));

export function faultsOf(engine: Engine): readonly Fault[] {
  return engine === 'sqlite' ? sqliteFaults : postgresFaults;
}

export interface FailingCalls {
  readonly wrapConnection: WrapConnection;
  /** Calls since the last `failFrom`. */
  calls(): number;
  /** Fails the calls number `first` (from 0) to `first + count - 1`, counted from now. */
  failFrom(first: number, count: number, fault?: Fault): void;
  /** Fails the next call of exactly this statement. */
  failOnce(sql: string): void;
}

/** A driver whose calls fail where it is told, as the engine's would. */
export function failingCalls(engine: Engine): FailingCalls {
  const [firstFault] = faultsOf(engine);
  if (firstFault === undefined) throw new Error('no faults');
  let calls = 0;
  let plan = { first: 0, count: 0, fault: firstFault };
  let statement: string | undefined;

  function isToFail(sql: string): boolean {
    const number = calls++;
    if (sql === statement) {
      statement = undefined;
      return true;
    }
    return number >= plan.first && number < plan.first + plan.count;
  }

  return {
    wrapConnection: (connection: SqlConnection): SqlConnection => ({
      ...connection,
      async execute(sql, parameters) {
        if (!isToFail(sql)) return connection.execute(sql, parameters);
        if (connection.inTransaction()) await spoil(connection, plan.fault);
        throw plan.fault.error();
      },
    }),
    calls: () => calls,
    failFrom(first, count, fault = firstFault) {
      calls = 0;
      plan = { first, count, fault };
    },
    failOnce(sql) {
      statement = sql;
    },
  };
}

/** Does to the transaction what the engine would. */
export async function spoil(connection: SqlConnection, { transaction }: Fault): Promise<void> {
  if (transaction === 'ended by the engine') await connection.execute('ROLLBACK', []);
  if (transaction === 'aborted') await connection.execute('SELECT 1/0', []).catch(() => {});
}

function sqliteError(message: string, errcode: number): Error {
  return Object.assign(new Error(message), { code: 'ERR_SQLITE_ERROR', errcode, errstr: message });
}
