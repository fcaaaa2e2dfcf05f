import type { Generated } from 'kysely';

export type ReceiptStatus = 'sent' | 'delivered' | 'read' | 'failed' | 'undelivered';

/**
 * What became of a message on its way to a participant who is reached by an address, as a gateway reported it last. Of those who chat
 * nothing is stored but their horizons.
 */
export interface ReceiptTable {
  id: Generated<number>;
  message_id: number;
  /** Not references: receipts outlive the participant. */
  participant_id: number;
  participant_sid: string;
  status: ReceiptStatus;
  error_code: number | null;
  channel_message_sid: string | null;
  created_at: number;
  updated_at: number;
}
