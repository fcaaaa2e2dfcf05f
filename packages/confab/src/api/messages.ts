import {
  type ConversationRow,
  type Delivery,
  deliveries,
  listMessages,
  type MediaItem,
  type MessageRow,
  mediaOf,
  removeMessage,
  sendMessage,
  sharesOf,
  updateMessage,
} from '../domain/index.ts';
import { conversationAt } from './conversations.ts';
import { isoSeconds } from './dates.ts';
import { messageAt } from './message-at.ts';
import { type ServiceCall, serviceOperation } from './operation.ts';
import { PAGE_PARAMS, page } from './paging.ts';
import { described, oneOf, text, time } from './params.ts';

/** REST API 9, "Message". */
export const messageOperations = [
  serviceOperation({
    id: 'CreateConversationMessage',
    method: 'POST',
    path: '/Conversations/{ConversationSid}/Messages',
    status: 201,
    params: {
      Author: text,
      Body: text,
      Attributes: text,
      Subject: text,
      DateCreated: time,
      DateUpdated: time,
      MediaSid: text,
      ContentSid: described('A content template: `Body` and `MediaSid` are ignored then', text),
      ContentVariables: described('A JSON object: the values of its variables', text),
    },
    async handle(call, given) {
      const conversation = await conversationAt(call, 'ConversationSid');
      const row = await call.context.execute(sendMessage, call.actor, {
        service: call.service,
        conversation,
        author: given.Author,
        body: given.Body,
        attributes: given.Attributes,
        subject: given.Subject,
        mediaSids: given.MediaSid === undefined ? [] : [given.MediaSid],
        contentSid: given.ContentSid,
        contentVariables: given.ContentVariables,
        createdAt: given.DateCreated,
        updatedAt: given.DateUpdated,
      });
      return messageView(call, conversation, row);
    },
  }),
  serviceOperation({
    id: 'ListConversationMessage',
    method: 'GET',
    path: '/Conversations/{ConversationSid}/Messages',
    status: 200,
    params: { Order: oneOf(['asc', 'desc']), ...PAGE_PARAMS },
    async handle(call, given) {
      const { read, limits } = call.context;
      const conversation = await conversationAt(call, 'ConversationSid');
      const deliveryOf = await deliveries(read, conversation.id);
      return page(given, limits, {
        key: 'messages',
        url: `${call.base}/Conversations/${conversation.sid}/Messages`,
        filters: { Order: given.Order },
        order: given.Order ?? 'asc',
        rows: (range) => listMessages(read, conversation.id, range),
        keyOf: (row) => row.index,
        view: (row) => messageView(call, conversation, row, deliveryOf(row)),
      });
    },
  }),
  serviceOperation({
    id: 'FetchConversationMessage',
    method: 'GET',
    path: '/Conversations/{ConversationSid}/Messages/{Sid}',
    status: 200,
    params: {},
    async handle(call) {
      const { conversation, row } = await messageAt(call, 'Sid');
      const deliveryOf = await deliveries(call.context.read, conversation.id);
      return messageView(call, conversation, row, deliveryOf(row));
    },
  }),
  serviceOperation({
    id: 'UpdateConversationMessage',
    method: 'POST',
    path: '/Conversations/{ConversationSid}/Messages/{Sid}',
    status: 200,
    params: { Author: text, Body: text, Attributes: text, Subject: text, DateCreated: time, DateUpdated: time },
    async handle(call, given) {
      const { conversation, row } = await messageAt(call, 'Sid');
      const updated = await call.context.execute(updateMessage, call.actor, {
        service: call.service,
        conversation,
        messageSid: row.sid,
        author: given.Author,
        body: given.Body,
        attributes: given.Attributes,
        subject: given.Subject,
        createdAt: given.DateCreated,
        updatedAt: given.DateUpdated,
      });
      return messageView(call, conversation, updated);
    },
  }),
  serviceOperation({
    id: 'DeleteConversationMessage',
    method: 'DELETE',
    path: '/Conversations/{ConversationSid}/Messages/{Sid}',
    status: 204,
    params: {},
    async handle(call) {
      const { conversation, row } = await messageAt(call, 'Sid');
      await call.context.execute(removeMessage, call.actor, {
        service: call.service,
        conversation,
        messageSid: row.sid,
      });
    },
  }),
];

/** Without `delivery` for what was just made or changed: to look at every participant would make sending slower the more there are. */
export function messageView(
  { base, service, form }: ServiceCall,
  conversation: Pick<ConversationRow, 'sid'>,
  row: MessageRow,
  delivery?: Delivery,
) {
  const url = `${base}/Conversations/${conversation.sid}/Messages/${row.sid}`;
  return {
    sid: row.sid,
    account_sid: service.account_sid,
    // Absent in the short form (REST API 9): JSON leaves out what is undefined.
    chat_service_sid: form === 'service' ? service.sid : undefined,
    conversation_sid: conversation.sid,
    body: row.body,
    media: mediaOf(row)?.map(mediaView) ?? null,
    author: row.author,
    participant_sid: row.participant_sid,
    attributes: row.attributes,
    date_created: isoSeconds(row.created_at),
    date_updated: isoSeconds(row.updated_at),
    index: row.index,
    delivery: delivery === undefined || delivery.total === 0 ? null : sharesOf(delivery),
    content_sid: row.content_sid,
    url,
    links: { delivery_receipts: `${url}/Receipts` },
  };
}

/** `category` tells the parts of an e-mail apart; the original's answers are not known to have it. */
function mediaView({ sid, size, content_type, filename, category }: MediaItem) {
  return { sid, size, content_type, filename, category };
}
