import type { Generated } from 'kysely';

/** A template of messages, of the account (protocol 10.7). */
export interface ContentTable {
  id: Generated<number>;
  sid: string;
  account_id: number;
  friendly_name: string | null;
  language: string;
  /** JSON object: the value of each variable that a sender gives none for. */
  variables: string;
  /** JSON object: what the message looks like, by variant, such as `twilio/text`. */
  types: string;
  created_at: number;
  updated_at: number;
}
