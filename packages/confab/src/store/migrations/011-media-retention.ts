import type { Migration } from './migration.ts';

/** After how many days the files of a service go, and how many bytes of them it keeps. */
export const mediaRetention: Migration = {
  name: '011-media-retention',
  statements: () => [
    'ALTER TABLE retention ADD COLUMN media_days bigint',
    'ALTER TABLE retention ADD COLUMN media_max_bytes bigint',
    // All that a sweep reads of the files that stay: it looks at nothing but the index.
    `CREATE INDEX media_attached ON media (service_id, id, created_at, size, thumbnail_size)
      WHERE message_sid IS NOT NULL AND deleted_at IS NULL`,
  ],
};
