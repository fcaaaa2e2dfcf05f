import {
  type Compilable,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  type LimitNode,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  ValueNode,
} from 'kysely';
import type { Database } from './schema.ts';

export type SqlValue = string | number | null;

export interface SqlResult {
  rows: unknown[];
  affected: number;
}

/**
 * One connection to an engine: the smallest thing that both engines are. Tests wrap it to hold a COMMIT or to fail the Nth call
 * (invariants 1 and 12).
 */
export interface SqlConnection {
  execute(sql: string, parameters: readonly unknown[]): Promise<SqlResult>;
  /** False as soon as the engine has ended the transaction by itself. */
  inTransaction(): boolean;
  close(): Promise<void>;
}

export type WrapConnection = (connection: SqlConnection) => SqlConnection;

export type Engine = 'sqlite' | 'postgres';

/**
 * Kysely over connections that the store hands out itself: it builds and runs queries, while transactions stay with the store's writer
 * (which needs savepoints shared between commands, and to see the engine end a transaction).
 */
export function kyselyOver(engine: Engine, acquire: () => Promise<LentConnection>): Kysely<Database> {
  return new LendingKysely(engine, acquire);
}

/**
 * Kysely, but for queries that are compiled already: these go straight to a connection. There is nothing left for Kysely's executor to do
 * with them, and passing through its stages costs half as much as a short query itself.
 */
class LendingKysely extends Kysely<Database> {
  readonly #acquire: () => Promise<LentConnection>;

  constructor(engine: Engine, acquire: () => Promise<LentConnection>) {
    super({ dialect: dialectOver(engine, acquire) });
    this.#acquire = acquire;
  }

  override async executeQuery<R>(query: CompiledQuery<R> | Compilable<R>): Promise<QueryResult<R>> {
    const lent = await this.#acquire();
    try {
      return await run('sql' in query ? query : query.compile(), lent.connection);
    } finally {
      lent.release();
    }
  }
}

async function run<R>(query: CompiledQuery, connection: SqlConnection): Promise<QueryResult<R>> {
  const { rows, affected } = await connection.execute(query.sql, query.parameters);
  // The row type is the one that Kysely derived from the query and the schema; the engine gives no type of its own to check against.
  return { rows: rows as R[], numAffectedRows: BigInt(affected) };
}

export interface LentConnection {
  connection: SqlConnection;
  release(): void;
}

function dialectOver(engine: Engine, acquire: () => Promise<LentConnection>): Dialect {
  return {
    createDriver: () => lendingDriver(acquire),
    createAdapter: () => (engine === 'sqlite' ? new SqliteAdapter() : new PostgresAdapter()),
    createQueryCompiler: () => (engine === 'sqlite' ? new LiteralLimitCompiler() : new PostgresQueryCompiler()),
    createIntrospector: (db) => (engine === 'sqlite' ? new SqliteIntrospector(db) : new PostgresIntrospector(db)),
  };
}

/**
 * Writes limits into the text. SQLite looks at the value of a bound one when it plans, and so plans anew at every call: measured 13 µs for
 * a page of messages, 35 µs for one of participants.
 */
class LiteralLimitCompiler extends SqliteQueryCompiler {
  protected override visitLimit(node: LimitNode): void {
    const { limit } = node;
    if (ValueNode.is(limit) && Number.isSafeInteger(limit.value)) this.append(`limit ${limit.value}`);
    else super.visitLimit(node);
  }
}

class KyselyConnection implements DatabaseConnection {
  readonly #lent: LentConnection;

  constructor(lent: LentConnection) {
    this.#lent = lent;
  }

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return run(query, this.#lent.connection);
  }

  streamQuery(): never {
    throw new Error('The store reads in pages, never in streams: no iterator is held across an await.');
  }

  release(): void {
    this.#lent.release();
  }
}

function lendingDriver(acquire: () => Promise<LentConnection>): Driver {
  const refuse = async (): Promise<never> => {
    throw new Error('Transactions are the store writer’s: use store.write().');
  };
  return {
    init: async () => {},
    acquireConnection: async () => new KyselyConnection(await acquire()),
    releaseConnection: async (connection) => {
      if (connection instanceof KyselyConnection) connection.release();
    },
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    destroy: async () => {},
  };
}

/** A Kysely instance that always runs on the same connection. */
export function kyselyOnConnection(engine: Engine, connection: SqlConnection): Kysely<Database> {
  const lent: LentConnection = { connection, release: () => {} };
  return kyselyOver(engine, async () => lent);
}
