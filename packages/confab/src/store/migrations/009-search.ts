import type { Migration } from './migration.ts';

/** A table of which texts are found by their words. */
interface Searched {
  table: 'messages' | 'conversations';
  columns: readonly string[];
  /** What of a row a search can be kept to, as words. `row` is NEW, OLD or the table. */
  scope: (row: string) => string;
}

const SEARCHED: readonly Searched[] = [
  {
    table: 'messages',
    columns: ['body'],
    scope: (row) =>
      `'s' || (SELECT service_id FROM conversations WHERE id = ${row}.conversation_id) || ' c' || ${row}.conversation_id`,
  },
  { table: 'conversations', columns: ['friendly_name', 'unique_name'], scope: (row) => `'s' || ${row}.service_id` },
];

/** Full text of messages and of conversations' names, and conversations in the order of their last activity. */
export const search: Migration = {
  name: '009-search',
  statements: (engine) => [
    'ALTER TABLE conversations ADD COLUMN active_at bigint NOT NULL DEFAULT 0',
    'UPDATE conversations SET active_at = COALESCE(last_message_at, created_at)',
    'CREATE INDEX conversations_active ON conversations (service_id, active_at, id)',
    'CREATE INDEX conversations_state_active ON conversations (service_id, state, active_at, id)',
    ...SEARCHED.flatMap(engine === 'sqlite' ? sqliteIndex : postgresIndex),
  ],
};

/**
 * An index of words alone, without the texts. To write it with each row would make sending a message dearer by half; what is new goes into it
 * in the background, up to the id in `meta` (searchable-rows.ts). What is in it already and changes or goes does so at once.
 */
function sqliteIndex({ table, columns, scope }: Searched): string[] {
  const index = `${table}_search`;
  const textOf = (row: string) => columns.map((column) => `COALESCE(${row}.${column}, '')`).join(` || ' ' || `);
  const take = `INSERT INTO ${index} (${index}, rowid, scope, body) VALUES ('delete', OLD.id, ${scope('OLD')}, ${textOf('OLD')});`;
  const put = `INSERT INTO ${index} (rowid, scope, body) VALUES (NEW.id, ${scope('NEW')}, ${textOf('NEW')});`;
  const isIn = `WHEN OLD.id <= COALESCE((SELECT CAST(value AS integer) FROM meta WHERE key = '${index}'), 0)`;
  return [
    `CREATE VIRTUAL TABLE ${index} USING fts5 (
      scope, body, content = '', detail = column, columnsize = 0, tokenize = 'unicode61 remove_diacritics 2'
    )`,
    `CREATE TRIGGER ${index}_updated AFTER UPDATE OF ${columns.join(', ')} ON ${table} ${isIn} BEGIN ${take} ${put} END`,
    `CREATE TRIGGER ${index}_removed AFTER DELETE ON ${table} ${isIn} BEGIN ${take} END`,
  ];
}

/** Words as the other engine has them: whatever is neither letter nor digit stands between two. New entries are collected and cost little. */
function postgresIndex({ table, columns }: Searched): string[] {
  const text = columns.map((column) => `COALESCE(${column}, '')`).join(` || ' ' || `);
  return [
    `CREATE INDEX ${table}_search ON ${table}
      USING gin (to_tsvector('simple', regexp_replace(${text}, '[^[:alnum:]]+', ' ', 'g')))`,
  ];
}
