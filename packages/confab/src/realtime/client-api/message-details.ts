import {
  type ConversationRow,
  channelMetadataOf,
  DomainError,
  findMessage,
  invalidParameter,
  listEmailParticipants,
  listMessages,
  listReportedReceipts,
  type MessageRow,
  messageRecipients,
  notFound,
  refusals,
  reportedReceipt,
} from '../../domain/index.ts';
import { isoTime } from '../sync/item-data.ts';
import type { TunnelRequest, TunnelResponse } from '../tunnel/tunnel-request.ts';
import type { ClientContext } from './context.ts';
import { visibleConversation } from './visible-conversation.ts';

/** What a message's channel says of it; 50530 when it says nothing, which the SDK takes for null (protocol 7.2, no. 12). */
export async function getChannelMetadata(
  context: ClientContext,
  _request: TunnelRequest,
  [sid = '', messageSid = '']: readonly string[],
): Promise<TunnelResponse> {
  const { message } = await requireMessage(context, sid, messageSid);
  const metadata = channelMetadataOf(message);
  if (metadata === undefined) throw new DomainError(50530, 404, 'Channel metadata not found');
  return { status: 200, body: metadata };
}

/**
 * Receipts that were reported, a page at a time (protocol 7.2, no. 13). Of those who are reached by an address only, as `delivery` in the
 * message counts (lifecycle 4): how far those who chat have read is in the roster.
 */
export async function getReceipts(
  context: ClientContext,
  request: TunnelRequest,
  [sid = '', messageSid = '']: readonly string[],
): Promise<TunnelResponse> {
  const { conversation, message } = await requireMessage(context, sid, messageSid);
  const { from, size } = pageOf(context, request);
  const rows = await listReportedReceipts(context.read, message, { order: 'asc', from, limit: size + 1 });
  const receipts = rows.slice(0, size).map((row) => {
    const receipt = reportedReceipt(message, row);
    return {
      sid: receipt.sid,
      message_sid: message.sid,
      conversation_sid: conversation.sid,
      channel_message_sid: receipt.channelMessageSid,
      participant_sid: receipt.participantSid,
      status: receipt.status,
      error_code: receipt.errorCode,
      date_created: isoTime(receipt.createdAt),
      date_updated: isoTime(receipt.updatedAt),
    };
  });
  const before = from === undefined ? [] : await receiptsBefore(context, message, from, size);
  const meta = {
    previous_token: tokenOf(before.at(-1)?.participant_id, size),
    next_token: tokenOf(rows[size]?.participant_id, size),
  };
  return { status: 200, body: { delivery_receipts: receipts, meta } };
}

/** Those before the page, the last first: as many as a page holds. */
function receiptsBefore({ read }: ClientContext, message: MessageRow, from: number, size: number) {
  return from === 0 ? [] : listReportedReceipts(read, message, { order: 'desc', from: from - 1, limit: size });
}

/**
 * To whom messages go as e-mail: of one message, or of all, a page of messages at a time (protocol 7.2, no. 14). They are the participants of
 * today who have an e-mail address.
 */
export async function getMessageRecipients(
  context: ClientContext,
  request: TunnelRequest,
  [sid = '']: readonly string[],
): Promise<TunnelResponse> {
  const { read } = context;
  const messageSid = request.query('MessageSid');
  if (messageSid !== undefined) {
    const { conversation, message } = await requireMessage(context, sid, messageSid);
    const recipients = messageRecipients(message, await listEmailParticipants(read, conversation.id));
    return { status: 200, body: { message_recipients: recipients, meta: { previous_token: null, next_token: null } } };
  }
  const conversation = await requireParticipating(context, sid);
  const participants = await listEmailParticipants(read, conversation.id);
  const { from, size } = pageOf(context, request);
  // Whole messages: the SDK keeps together what belongs to one.
  const limit = Math.max(1, Math.floor(size / Math.max(1, participants.length)));
  const messages =
    participants.length === 0
      ? []
      : await listMessages(read, conversation.id, { order: 'asc', from, limit: limit + 1 });
  const before =
    from === undefined || from === 0 || participants.length === 0
      ? []
      : await listMessages(read, conversation.id, { order: 'desc', from: from - 1, limit });
  const recipients = messages.slice(0, limit).flatMap((message) => messageRecipients(message, participants));
  const meta = {
    previous_token: tokenOf(before.at(-1)?.index, size),
    next_token: tokenOf(messages[limit]?.index, size),
  };
  return { status: 200, body: { message_recipients: recipients, meta } };
}

async function requireMessage(
  context: ClientContext,
  sid: string,
  messageSid: string,
): Promise<{ conversation: ConversationRow; message: MessageRow }> {
  const conversation = await requireParticipating(context, sid);
  const message = await findMessage(context.read, conversation.id, messageSid);
  if (message === undefined) throw notFound(`Messages/${messageSid}`);
  return { conversation, message };
}

async function requireParticipating(context: ClientContext, sid: string): Promise<ConversationRow> {
  const { row, participating } = await visibleConversation(context, sid);
  if (!participating) throw refusals.notParticipant();
  return row;
}

/**
 * A token is the key of the page's first item and the size of pages, which the SDK gives for the first page only. It tells nothing that
 * the pages did not.
 */
function pageOf({ limits }: ClientContext, request: TunnelRequest): { from: number | undefined; size: number } {
  const token = request.query('PageToken');
  const [, from, sizeBefore] = /^(\d{1,15})-(\d{1,4})$/.exec(token ?? '') ?? [];
  if (token !== undefined && from === undefined) throw invalidParameter('PageToken is not valid.');
  const given = request.query('PageSize') ?? sizeBefore;
  if (given !== undefined && !/^\d{1,4}$/.test(given)) throw invalidParameter('PageSize must be a whole number.');
  const size = given === undefined ? limits.pageSizeDefault : Number(given);
  return {
    from: from === undefined ? undefined : Number(from),
    size: Math.min(Math.max(size, 1), limits.pageSizeMaximum),
  };
}

function tokenOf(key: number | undefined, size: number): string | null {
  return key === undefined ? null : `${key}-${size}`;
}
