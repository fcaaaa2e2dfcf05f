import type { Generated } from 'kysely';

/** `waiting`: to be sent, or sent again. `failed`: not again by itself. */
export type DeliveryState = 'waiting' | 'delivered' | 'failed';

/** One event on its way to one target. What it tells stands in the event log, or in the message. */
export interface WebhookDeliveryTable {
  id: Generated<number>;
  sid: string;
  account_id: number;
  /** SID of the conversation's webhook, or of the service or account whose configuration it is. */
  target: string;
  /** What is kept in order within the target: the conversation's SID; of late ones their own. */
  lane: string;
  /** The entry of the event log, and which of its notices; null for a message that is sent again to a new webhook. */
  entry_id: number | null;
  notice: number;
  message_id: number | null;
  event: string;
  conversation_sid: string | null;
  /** Where it went when it was last looked up. May hold secrets. */
  url: string;
  method: 'GET' | 'POST';
  state: DeliveryState;
  /** 1: those behind it did not wait for it any more. */
  late: number;
  tries: number;
  first_tried_at: number | null;
  created_at: number;
  updated_at: number;
}

export type AttemptOutcome = 'answered' | 'timed_out' | 'unreachable' | 'broken' | 'too_large' | 'blocked';

export interface WebhookAttemptTable {
  id: Generated<number>;
  delivery_id: number;
  /** 0 for the first, as in `RetryCount`. */
  number: number;
  outcome: AttemptOutcome;
  status: number | null;
  reason: string | null;
  /** The beginning of the answer. */
  answer: string | null;
  started_at: number;
  duration_ms: number;
}

/** A target and what is kept in order there, as long as something waits in it. One node works on it at a time. */
export interface WebhookLaneTable {
  target: string;
  lane: string;
  due_at: number;
  holder: string | null;
  /** By the database's clock, in ms. */
  leased_until: number;
}

/** Targets that failed last. */
export interface WebhookBreakerTable {
  target: string;
  /** In a row. */
  failures: number;
  open_until: number;
}
