import type { Migration } from './migration.ts';

/** Who is signed in at the console. */
export const consoleSessions: Migration = {
  name: '008-console',
  statements: () => [
    `CREATE TABLE console_sessions (
      sid text PRIMARY KEY,
      account_id bigint NOT NULL REFERENCES accounts (id),
      credential_sid text NOT NULL,
      secret_digest text NOT NULL,
      renewal_digest text NOT NULL,
      created_at bigint NOT NULL,
      ends_at bigint NOT NULL
    )`,
    'CREATE INDEX console_sessions_account ON console_sessions (account_id, created_at)',
  ],
};
