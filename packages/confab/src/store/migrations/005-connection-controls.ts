import type { Migration } from './migration.ts';

/** Ends of sessions become what the operator does to live connections: which one, and what else than to end it. */
export const connectionControls: Migration = {
  name: '005-connection-controls',
  statements: () => [
    'ALTER TABLE session_ends ADD COLUMN connection_id text',
    'ALTER TABLE session_ends ADD COLUMN control text',
  ],
};
