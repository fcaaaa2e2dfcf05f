import type { Migration } from './migration.ts';

/** What an erasure has to find. */
export const erasure: Migration = {
  name: '010-erasure',
  statements: () => [
    'CREATE INDEX message_receipts_participant ON message_receipts (participant_id)',
    'CREATE INDEX erasures_completed ON erasures (completed_at) WHERE completed_at IS NOT NULL',
  ],
};
