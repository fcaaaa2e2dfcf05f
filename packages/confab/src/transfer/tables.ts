import type { DatabaseSync } from 'node:sqlite';

export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  /** The order in which its rows are read, the same in both databases: by the primary key. */
  readonly order: readonly { readonly column: string; readonly isText: boolean }[];
  readonly hasIdentity: boolean;
}

/** Both engines have their own record of which migrations they ran. */
const OF_THE_ENGINE: ReadonlySet<string> = new Set(['migrations']);

/** The tables of a database, each after those that it refers to: asked of the schema, so that no table of a later release is forgotten. */
export function tablesOf(database: DatabaseSync): Table[] {
  const names = database
    // Not those that full text is kept in: the other engine has indexes for it.
    .prepare(
      `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`,
    )
    .all()
    .map(({ name }) => String(name))
    .filter((name) => !OF_THE_ENGINE.has(name));
  const parents = new Map(names.map((name) => [name, parentsOf(database, name)]));
  const ordered = new Set<string>();
  function visit(name: string): void {
    if (ordered.has(name)) return;
    for (const parent of parents.get(name) ?? []) visit(parent);
    ordered.add(name);
  }
  for (const name of names) visit(name);
  return [...ordered].map((name) => describe(database, name));
}

/** Without itself: a row that refers to another of its table was made after that one. */
function parentsOf(database: DatabaseSync, name: string): string[] {
  const rows = database.prepare('SELECT "table" AS parent FROM pragma_foreign_key_list(?)').all(name);
  return rows.map(({ parent }) => String(parent)).filter((parent) => parent !== name);
}

function describe(database: DatabaseSync, name: string): Table {
  const columns = database
    .prepare('SELECT name, type, pk FROM pragma_table_info(?) ORDER BY cid')
    .all(name)
    .map((row) => ({ name: String(row.name), isText: String(row.type).toLowerCase() === 'text', pk: Number(row.pk) }));
  const key = columns.filter(({ pk }) => pk > 0).sort((one, other) => one.pk - other.pk);
  const order = (key.length > 0 ? key : columns).map(({ name: column, isText }) => ({ column, isText }));
  return {
    name,
    columns: columns.map((column) => column.name),
    order,
    hasIdentity: key.length === 1 && key[0]?.name === 'id',
  };
}
