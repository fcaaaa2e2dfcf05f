import {
  type ConversationRow,
  findReceipt,
  listReceipts,
  type MessageRow,
  type Receipt,
  reportDelivery,
} from '../domain/index.ts';
import { isoSeconds } from './dates.ts';
import { messageAt } from './message-at.ts';
import { type ServiceCall, serviceOperation } from './operation.ts';
import { PAGE_PARAMS, page } from './paging.ts';
import { described, integer, oneOf, required, text } from './params.ts';

const RECEIPTS_PAGE_MAXIMUM = 50;

const STATUSES = ['sent', 'delivered', 'read', 'failed', 'undelivered'] as const;

/**
 * REST API 9, "Delivery receipt": also of the participants who chat, which the original has none of (lifecycle 4). Those of the others are
 * reported by an operator's gateway.
 */
export const receiptOperations = [
  serviceOperation({
    id: 'ListConversationMessageReceipt',
    method: 'GET',
    path: '/Conversations/{ConversationSid}/Messages/{MessageSid}/Receipts',
    status: 200,
    params: PAGE_PARAMS,
    async handle(call, given) {
      const { read, limits } = call.context;
      const { conversation, row: message } = await messageAt(call, 'MessageSid');
      return page(given, limits, {
        key: 'delivery_receipts',
        url: receiptsUrl(call, conversation, message),
        order: 'asc',
        maximum: RECEIPTS_PAGE_MAXIMUM,
        rows: (range) => listReceipts(read, message, range),
        keyOf: (receipt) => receipt.participantId,
        view: (receipt) => receiptView(call, conversation, message, receipt),
      });
    },
  }),
  serviceOperation({
    id: 'FetchConversationMessageReceipt',
    method: 'GET',
    path: '/Conversations/{ConversationSid}/Messages/{MessageSid}/Receipts/{Sid}',
    status: 200,
    params: {},
    async handle(call) {
      const { conversation, row: message } = await messageAt(call, 'MessageSid');
      const receipt = await findReceipt(call.context.read, message, call.path('Sid'));
      if (receipt === undefined) throw call.notFound();
      return receiptView(call, conversation, message, receipt);
    },
  }),
  serviceOperation({
    id: 'CreateConversationMessageReceipt',
    root: '/confab/v1',
    method: 'POST',
    path: '/Conversations/{ConversationSid}/Messages/{MessageSid}/Receipts',
    status: 201,
    params: {
      Participant: described('SID or address of a participant who is reached by an address', required(text)),
      Status: required(oneOf(STATUSES)),
      ErrorCode: integer({ minimum: 0, maximum: 999_999 }),
      ChannelMessageSid: text,
    },
    async handle(call, given) {
      const { conversation, row: message } = await messageAt(call, 'MessageSid');
      const receipt = await call.context.execute(reportDelivery, call.actor, {
        service: call.service,
        conversation,
        messageSid: message.sid,
        participant: given.Participant,
        status: given.Status,
        errorCode: given.ErrorCode,
        channelMessageSid: given.ChannelMessageSid,
      });
      return receiptView(call, conversation, message, receipt);
    },
  }),
];

function receiptsUrl({ base }: ServiceCall, conversation: ConversationRow, message: MessageRow): string {
  return `${base}/Conversations/${conversation.sid}/Messages/${message.sid}/Receipts`;
}

function receiptView(call: ServiceCall, conversation: ConversationRow, message: MessageRow, receipt: Receipt) {
  const { service, form } = call;
  return {
    sid: receipt.sid,
    account_sid: service.account_sid,
    chat_service_sid: form === 'service' ? service.sid : undefined,
    conversation_sid: conversation.sid,
    message_sid: message.sid,
    channel_message_sid: receipt.channelMessageSid,
    participant_sid: receipt.participantSid,
    status: receipt.status,
    error_code: receipt.errorCode ?? 0,
    date_created: isoSeconds(receipt.createdAt),
    date_updated: isoSeconds(receipt.updatedAt),
    url: `${receiptsUrl(call, conversation, message)}/${receipt.sid}`,
  };
}
