import type { Selectable } from 'kysely';
import type { MessageRow, ReadDb, ReceiptStatus, ReceiptTable } from '../../store/seam.ts';
import type { KeyRange } from '../key-range.ts';
import type { Delivery } from './delivery.ts';

export type ReceiptRow = Selectable<ReceiptTable>;

/** What a status says: the later one counts, whatever order carriers report in. What was delivered after all was not undeliverable. */
const RANKS: Readonly<Record<ReceiptStatus, number>> = { sent: 1, failed: 2, undelivered: 2, delivered: 3, read: 4 };

export function supersedes(status: ReceiptStatus, before: ReceiptStatus): boolean {
  return RANKS[status] > RANKS[before];
}

/** Receipts that a gateway has reported of the message, in the order in which its participants came. */
export function listReportedReceipts(
  db: ReadDb,
  message: Pick<MessageRow, 'id'>,
  { order, from, limit }: KeyRange,
): Promise<ReceiptRow[]> {
  let query = db.selectFrom('message_receipts').selectAll().where('message_id', '=', message.id);
  if (from !== undefined) query = query.where('participant_id', order === 'asc' ? '>=' : '<=', from);
  return query.orderBy('participant_id', order).limit(limit).execute();
}

/**
 * Whom the message reached, of those who are reached by an address: the ones who are in the conversation now, but for its author, and the
 * ones of whom something was reported.
 */
export async function countDelivery(db: ReadDb, message: MessageRow): Promise<Delivery> {
  const receipts = await db
    .selectFrom('message_receipts')
    .select(['participant_sid', 'status'])
    .where('message_id', '=', message.id)
    .execute();
  const present = await db
    .selectFrom('participants')
    .select('sid')
    .where('conversation_id', '=', message.conversation_id)
    .where('identity', 'is', null)
    .where('sid', '!=', message.participant_sid ?? '')
    .execute();
  const recipients = new Set(
    [...present, ...receipts.map(({ participant_sid: sid }) => ({ sid }))].map(({ sid }) => sid),
  );
  const count = (...statuses: ReceiptStatus[]) => receipts.filter(({ status }) => statuses.includes(status)).length;
  return {
    total: recipients.size,
    sent: count('sent', 'undelivered', 'delivered', 'read'),
    delivered: count('delivered', 'read'),
    read: count('read'),
    failed: count('failed'),
    undelivered: count('undelivered'),
  };
}
