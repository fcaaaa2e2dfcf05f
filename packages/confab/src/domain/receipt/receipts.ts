import { createHash } from 'node:crypto';
import type { MessageRow, ReadDb, ReceiptStatus } from '../../store/seam.ts';
import type { KeyRange } from '../key-range.ts';
import { type Delivery, reportedDelivery } from './delivery.ts';
import { listReportedReceipts, type ReceiptRow } from './reported-receipts.ts';

/**
 * How far one message got with one participant: of those who chat made of their horizons when it is asked for, of those who are reached by
 * an address what a gateway has reported.
 */
export interface Receipt {
  sid: string;
  /** Of the participant; receipts are listed in its order. */
  participantId: number;
  participantSid: string;
  status: ReceiptStatus;
  /** Of the carrier. */
  errorCode: number | null;
  channelMessageSid: string | null;
  createdAt: number;
  updatedAt: number;
}

interface Recipient {
  id: number;
  sid: string;
  last_delivered_message_index: number | null;
  last_delivered_at: number | null;
  last_read_message_index: number | null;
  last_read_at: number | null;
}

/** Rows that are read at once. */
const CHUNK = 1000;

/**
 * Receipts of a message: one for each participant who is in the conversation as a user now, but for its author, and those that were
 * reported.
 */
export async function listReceipts(db: ReadDb, message: MessageRow, range: KeyRange): Promise<Receipt[]> {
  let query = recipients(db, message.conversation_id);
  if (message.participant_sid !== null) query = query.where('sid', '!=', message.participant_sid);
  if (range.from !== undefined) query = query.where('id', range.order === 'asc' ? '>=' : '<=', range.from);
  const rows = await query.orderBy('id', range.order).limit(range.limit).execute();
  const reported = message.delivery === null ? [] : await listReportedReceipts(db, message, range);
  const direction = range.order === 'asc' ? 1 : -1;
  return [
    ...rows.map((recipient) => receiptOf(message, recipient)),
    ...reported.map((row) => reportedReceipt(message, row)),
  ]
    .sort((a, b) => direction * (a.participantId - b.participantId))
    .slice(0, range.limit);
}

export function reportedReceipt(message: Pick<MessageRow, 'sid'>, row: ReceiptRow): Receipt {
  return {
    sid: receiptSid(message.sid, row.participant_sid),
    participantId: row.participant_id,
    participantSid: row.participant_sid,
    status: row.status,
    errorCode: row.error_code,
    channelMessageSid: row.channel_message_sid,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** The receipt with this SID. There is nothing to look it up by, so those of all participants are made until it is found. */
export async function findReceipt(db: ReadDb, message: MessageRow, sid: string): Promise<Receipt | undefined> {
  for (let from = 0; ; ) {
    const receipts = await listReceipts(db, message, { order: 'asc', from, limit: CHUNK });
    const found = receipts.find((receipt) => receipt.sid === sid);
    const last = receipts.at(-1);
    if (found !== undefined || last === undefined || receipts.length < CHUNK) return found;
    from = last.participantId + 1;
  }
}

/**
 * Tells of each of the conversation's messages how many recipients it reached. The horizons are read once, however many messages are
 * asked about.
 */
export async function deliveries(db: ReadDb, conversationId: number): Promise<(message: MessageRow) => Delivery> {
  const all = new Map<string, { delivered: number; read: number }>();
  for (let from = 0; ; ) {
    const rows = await recipients(db, conversationId).where('id', '>=', from).orderBy('id').limit(CHUNK).execute();
    for (const row of rows) all.set(row.sid, { delivered: deliveredTo(row), read: readTo(row) });
    const last = rows.at(-1);
    if (last === undefined || rows.length < CHUNK) break;
    from = last.id + 1;
  }
  const delivered = [...all.values()].map((one) => one.delivered).sort((a, b) => a - b);
  const read = [...all.values()].map((one) => one.read).sort((a, b) => a - b);
  return (message) => {
    const { index, participant_sid } = message;
    const author = participant_sid === null ? undefined : all.get(participant_sid);
    const others = (horizons: readonly number[], own: number | undefined) =>
      countFrom(horizons, index) - (own !== undefined && own >= index ? 1 : 0);
    const total = all.size - (author === undefined ? 0 : 1);
    const reported = reportedDelivery(message);
    return {
      total: total + (reported?.total ?? 0),
      // What is stored was sent to those who chat, and cannot fail to be.
      sent: total + (reported?.sent ?? 0),
      delivered: others(delivered, author?.delivered) + (reported?.delivered ?? 0),
      read: others(read, author?.read) + (reported?.read ?? 0),
      failed: reported?.failed ?? 0,
      undelivered: reported?.undelivered ?? 0,
    };
  };
}

function recipients(db: ReadDb, conversationId: number) {
  return db
    .selectFrom('participants')
    .select([
      'id',
      'sid',
      'last_delivered_message_index',
      'last_delivered_at',
      'last_read_message_index',
      'last_read_at',
    ])
    .where('conversation_id', '=', conversationId)
    .where('user_id', 'is not', null);
}

function receiptOf(message: MessageRow, recipient: Recipient): Receipt {
  const base = {
    sid: receiptSid(message.sid, recipient.sid),
    participantId: recipient.id,
    participantSid: recipient.sid,
    createdAt: message.created_at,
    errorCode: null,
    channelMessageSid: null,
  };
  if (readTo(recipient) >= message.index) {
    return { ...base, status: 'read', updatedAt: recipient.last_read_at ?? message.created_at };
  }
  if (deliveredTo(recipient) >= message.index) {
    return { ...base, status: 'delivered', updatedAt: recipient.last_delivered_at ?? message.created_at };
  }
  return { ...base, status: 'sent', updatedAt: message.created_at };
}

/** The same for the same two, without being stored. */
export function receiptSid(messageSid: string, participantSid: string): string {
  return `DY${createHash('sha256').update(`${messageSid} ${participantSid}`).digest('hex').slice(0, 32)}`;
}

function readTo({ last_read_message_index }: Recipient): number {
  return last_read_message_index ?? -1;
}

/** What was read was delivered before, whoever says so. */
function deliveredTo(recipient: Recipient): number {
  return Math.max(recipient.last_delivered_message_index ?? -1, readTo(recipient));
}

/** How many of the ascending numbers are `least` or more. */
function countFrom(ascending: readonly number[], least: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return ascending.length - low;
}
