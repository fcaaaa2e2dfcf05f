import type { Generated } from 'kysely';

/** Every change of the domain, in commit order. Read it through `readEventLog` only, which knows what may be seen yet. */
export interface EventLogTable {
  id: Generated<number>;
  /** PostgreSQL: the writing transaction's id, by which readers order and stop. SQLite has one writer, so it stays 0. */
  transaction_id: Generated<number>;
  service_id: number;
  kind: string;
  subject_sid: string;
  actor: string;
  payload: string;
  created_at: number;
  /** What has made the change; null: the server itself. */
  source: Generated<EventSource | null>;
  /** 1: webhooks are sent of it (webhooks 2). */
  webhooks: Generated<number>;
}

/** An SDK, or the REST API. */
export type EventSource = 'SDK' | 'API';

/** How far a reader of the event log has come, and the node that reads for it (src/events). */
export interface EventConsumerTable {
  name: string;
  /** The last entry that it has dealt with. */
  transaction_id: number;
  entry_id: number;
  /** The node that has the lease; null when it was given back. */
  holder: string | null;
  /** Rises with each new holder, so that an older one cannot move the cursor. */
  term: number;
  /** By the database's clock, in ms. */
  leased_until: number;
  /** When a node last read for it. */
  seen_at: number;
}
