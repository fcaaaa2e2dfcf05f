import { type ConversationRow, findReceipt, listReceipts, type MessageRow, type Receipt } from '../domain/index.ts';
import { isoSeconds } from './dates.ts';
import { messageAt } from './message-at.ts';
import { type ServiceCall, serviceOperation } from './operation.ts';
import { PAGE_PARAMS, page } from './paging.ts';

const RECEIPTS_PAGE_MAXIMUM = 50;

/** REST API 9, "Delivery receipt": of the participants who chat, which the original has none of (lifecycle 4). */
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
    // Of a message in another channel; there is none.
    channel_message_sid: null,
    participant_sid: receipt.participantSid,
    status: receipt.status,
    error_code: 0,
    date_created: isoSeconds(receipt.createdAt),
    date_updated: isoSeconds(receipt.updatedAt),
    url: `${receiptsUrl(call, conversation, message)}/${receipt.sid}`,
  };
}
