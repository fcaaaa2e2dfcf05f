import type { Migration } from './migration.ts';

/** Who reads the event log, and what its readers must know of each entry's origin. */
export const events: Migration = {
  name: '007-events',
  statements: () => [
    // Of entries from before: of unknown origin, and of no interest to webhooks.
    'ALTER TABLE event_log ADD COLUMN source text',
    'ALTER TABLE event_log ADD COLUMN webhooks bigint NOT NULL DEFAULT 0',
    'ALTER TABLE joining_participants ADD COLUMN webhooks bigint NOT NULL DEFAULT 0',
    'ALTER TABLE users ADD COLUMN deleted_with_webhooks bigint NOT NULL DEFAULT 0',
    `CREATE TABLE event_consumers (
      name text PRIMARY KEY,
      transaction_id bigint NOT NULL,
      entry_id bigint NOT NULL,
      holder text,
      term bigint NOT NULL,
      leased_until bigint NOT NULL,
      seen_at bigint NOT NULL
    )`,
  ],
};
