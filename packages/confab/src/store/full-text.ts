import { type RawBuilder, SqliteAdapter, sql } from 'kysely';
import type { ReadDb, WriteDb } from './store.ts';

/** What full text is kept of: bodies of messages, names of conversations. */
export type Searched = 'messages' | 'conversations';

export interface FullTextQuery {
  /** All have to be there; the last one may be the beginning of a word. At least one. */
  words: readonly string[];
  serviceId: number;
  /** Of messages: in this conversation only. */
  conversationId?: number | undefined;
}

/** Letters and digits stand together in a word, and nothing else does. */
export function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/**
 * Ids of the rows that have the words, as a table `(id)` to be joined. The engines have no SQL in common for it. SQLite's is read from its
 * highest id down as it is needed, so that words which are everywhere cost no more than rare ones.
 */
export function rowsWithWords(db: ReadDb, table: Searched, query: FullTextQuery): RawBuilder<{ id: number }> {
  return isSqlite(db) ? inSqlite(table, query) : inPostgres(table, query);
}

function inSqlite(table: Searched, { words, serviceId, conversationId }: FullTextQuery): RawBuilder<{ id: number }> {
  const index = sql.table(`${table}_search`);
  const scope = conversationId === undefined ? `s${serviceId}` : `c${conversationId}`;
  // Quoted, no word is an operator.
  const body = words.map((word) => `"${word}"`).join(' AND ');
  const match = `scope : "${scope}" AND body : (${body}*)`;
  return sql`(SELECT rowid AS id FROM ${index} WHERE ${index} MATCH ${match})`;
}

/** The same expressions as the indexes', or these would not be used. */
const TEXTS = {
  messages: sql`COALESCE(body, '')`,
  conversations: sql`COALESCE(friendly_name, '') || ' ' || COALESCE(unique_name, '')`,
};

function inPostgres(table: Searched, { words, serviceId, conversationId }: FullTextQuery): RawBuilder<{ id: number }> {
  const match = `${words.map((word) => `'${word}'`).join(' & ')}:*`;
  const vector = sql`to_tsvector('simple', regexp_replace(${TEXTS[table]}, '[^[:alnum:]]+', ' ', 'g'))`;
  const scope =
    table === 'conversations'
      ? sql`service_id = ${serviceId}`
      : conversationId === undefined
        ? sql`TRUE`
        : sql`conversation_id = ${conversationId}`;
  return sql`(SELECT id FROM ${sql.table(table)} WHERE ${vector} @@ to_tsquery('simple', ${match}) AND ${scope})`;
}

/**
 * Makes up to `limit` further rows findable. Resolves with how many there were; 0: none, or the engine does so by itself. In one transaction
 * with nothing else.
 */
export async function makeSearchable(db: WriteDb, table: Searched, limit: number): Promise<number> {
  if (!isSqlite(db)) return 0;
  const key = `${table}_search`;
  const after = await searchableUpTo(db, table);
  const rows = await db.selectFrom(table).select('id').where('id', '>', after).orderBy('id').limit(limit).execute();
  const last = rows.at(-1)?.id;
  if (last === undefined) return 0;
  await db.executeQuery(indexingOf(table, after, last).compile(db));
  const value = String(last);
  await db
    .insertInto('meta')
    .values({ key, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute();
  return rows.length;
}

/** Whether there are rows that `makeSearchable` would find: a look outside of the writer. */
export async function hasUnsearchable(read: ReadDb, table: Searched): Promise<boolean> {
  if (!isSqlite(read)) return false;
  const after = await searchableUpTo(read, table);
  return (await read.selectFrom(table).select('id').where('id', '>', after).limit(1).execute()).length > 0;
}

async function searchableUpTo(db: ReadDb, table: Searched): Promise<number> {
  const row = await db.selectFrom('meta').select('value').where('key', '=', `${table}_search`).executeTakeFirst();
  return Number(row?.value ?? 0);
}

function indexingOf(table: Searched, after: number, last: number): RawBuilder<unknown> {
  const index = sql.table(`${table}_search`);
  return table === 'messages'
    ? sql`INSERT INTO ${index} (rowid, scope, body)
        SELECT m.id, 's' || c.service_id || ' c' || c.id, COALESCE(m.body, '')
        FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE m.id > ${after} AND m.id <= ${last} ORDER BY m.id`
    : sql`INSERT INTO ${index} (rowid, scope, body)
        SELECT id, 's' || service_id, COALESCE(friendly_name, '') || ' ' || COALESCE(unique_name, '')
        FROM conversations WHERE id > ${after} AND id <= ${last} ORDER BY id`;
}

function isSqlite(db: ReadDb): boolean {
  return db.getExecutor().adapter instanceof SqliteAdapter;
}
