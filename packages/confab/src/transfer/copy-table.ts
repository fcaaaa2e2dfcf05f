import type { DatabaseSync } from 'node:sqlite';
import type { SqlConnection } from '../store/index.ts';
import type { Table } from './tables.ts';
import { TransferError } from './transfer-error.ts';

/** Rows that cross at once. A message may have 36 kB. */
const CHUNK = 1000;

export type OnRows = (table: string, rows: number) => void;

const quoted = (name: string): string => `"${name}"`;

/** Writes all rows of a table into one of the same name, which is empty. Returns how many there were. */
export async function copyTable(
  source: DatabaseSync,
  target: SqlConnection,
  table: Table,
  onRows: OnRows,
): Promise<number> {
  const columns = table.columns.map(quoted).join(', ');
  const insert = `INSERT INTO ${quoted(table.name)} (${columns})
    SELECT ${columns} FROM json_populate_recordset(NULL::${quoted(table.name)}, $1::json)`;
  let copied = 0;
  for (const rows of chunksOf(source, table)) {
    try {
      await target.execute(insert, [JSON.stringify(rows)]);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new TransferError(`PostgreSQL refuses rows of ${table.name}: ${reason}. Nothing was written.`, {
        cause: error,
      });
    }
    copied += rows.length;
    onRows(table.name, rows.length);
  }
  if (table.hasIdentity) await continueIdentity(source, target, table.name);
  return copied;
}

/** New rows go on after the highest id that was ever given, not after the highest that is left: an id is never used twice. */
async function continueIdentity(source: DatabaseSync, target: SqlConnection, table: string): Promise<void> {
  const row = source.prepare('SELECT seq FROM sqlite_sequence WHERE name = ?').get(table);
  const last = Number(row?.seq ?? 0);
  if (last > 0) await target.execute('SELECT setval(pg_get_serial_sequence($1, $2), $3::bigint)', [table, 'id', last]);
}

/** Compares all rows of a table in both databases, value by value. Throws TransferError at the first that differs. */
export async function verifyTable(
  source: DatabaseSync,
  target: SqlConnection,
  table: Table,
  onRows: OnRows,
): Promise<void> {
  const order = table.order.map(({ column, isText }) => `${quoted(column)}${isText ? ' COLLATE "C"' : ''}`).join(', ');
  const columns = table.columns.map(quoted).join(', ');
  await target.execute(`DECLARE verify CURSOR FOR SELECT ${columns} FROM ${quoted(table.name)} ORDER BY ${order}`, []);
  for (const rows of chunksOf(source, table)) {
    const { rows: written } = await target.execute(`FETCH ${CHUNK} FROM verify`, []);
    for (const [at, row] of rows.entries()) {
      const other = Object(written[at]);
      const column = table.columns.find((name) => row[name] !== other[name]);
      if (column === undefined) continue;
      const key = table.order.map((part) => `${part.column} ${String(row[part.column])}`).join(', ');
      throw new TransferError(`${table.name} (${key}) arrived with another ${column}. Nothing was written.`);
    }
    onRows(table.name, rows.length);
  }
  const { rows: more } = await target.execute('FETCH 1 FROM verify', []);
  await target.execute('CLOSE verify', []);
  if (more.length > 0) throw new TransferError(`${table.name} has more rows than were copied. Nothing was written.`);
}

function* chunksOf(source: DatabaseSync, table: Table): Generator<Record<string, unknown>[]> {
  const order = table.order.map(({ column }) => quoted(column)).join(', ');
  const columns = table.columns.map(quoted).join(', ');
  let rows: Record<string, unknown>[] = [];
  for (const row of source.prepare(`SELECT ${columns} FROM ${quoted(table.name)} ORDER BY ${order}`).iterate()) {
    rows.push(row);
    if (rows.length < CHUNK) continue;
    yield rows;
    rows = [];
  }
  if (rows.length > 0) yield rows;
}
