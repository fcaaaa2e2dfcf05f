import type { Migration } from './migration.ts';

/** Who is reachable. */
export const sdk: Migration = {
  name: '003-sdk',
  statements: () => [
    'ALTER TABLE users ADD COLUMN is_online bigint',
    'ALTER TABLE users ADD COLUMN is_notifiable bigint',
    'ALTER TABLE users ADD COLUMN reachability_event bigint NOT NULL DEFAULT 0',
    'CREATE TABLE presence_nodes (node text PRIMARY KEY, expires_at bigint NOT NULL)',
    // Without a reference to users: rows of one who was deleted go with the connections that they stand for.
    `CREATE TABLE user_presence (
      user_id bigint NOT NULL,
      node text NOT NULL REFERENCES presence_nodes (node),
      PRIMARY KEY (user_id, node)
    )`,
    'CREATE INDEX user_presence_node ON user_presence (node)',
  ],
};
