import type { Generated } from 'kysely';

/** What becomes of the messages that an erased person wrote. */
export type ErasedMessages = 'keep' | 'pseudonymise' | 'delete';

/** By what the data of a person is found: the identity that they chat under, or the address that they are reached at. */
export type KnownBy = 'identity' | 'address';

/** An erasure of a person: a job while it runs, the proof that it was done afterwards. */
export interface ErasureTable {
  id: Generated<number>;
  sid: string;
  /** As in the event log: PostgreSQL begins when nothing is open any more that was begun before it. */
  transaction_id: Generated<number>;
  account_sid: string;
  service_id: number;
  service_sid: string;
  /** Of the user who was erased, if there was one. */
  user_id: number | null;
  known_by: KnownBy;
  /** The identity or address; null as soon as all else is done. */
  name: string | null;
  /** A hash of it under a key derived from the master key: only who knows the name, and has the key, recognises it. */
  name_hash: string;
  /** Stands for the person where something of theirs stays. Shaped like a User SID, which no identity may be (access tokens 2). */
  pseudonym: string;
  messages: ErasedMessages;
  status: 'running' | 'completed';
  /** Where it stands: the step, the row up to which it has come, and the row at which it ends. */
  step: string;
  position: Generated<number>;
  up_to: Generated<number | null>;
  memberships_ended: Generated<number>;
  messages_changed: Generated<number>;
  entries_redacted: Generated<number>;
  created_at: number;
  completed_at: number | null;
}

/** After how many days what is old goes, of a service or an account (`owner_sid`). Null: the default. */
export interface RetentionTable {
  owner_sid: string;
  messages_days: number | null;
  event_log_days: number | null;
  audit_log_days: number | null;
  media_days: Generated<number | null>;
  /** Of the files that messages have, with their thumbnails. Null or 0: any number. */
  media_max_bytes: Generated<number | null>;
  /** Older entries of the account's audit log may be removed; the database refuses to remove others. In ms. */
  audit_log_kept_from: number | null;
  updated_at: number;
}
