import {
  type ConversationRow,
  findMessage,
  listMessages,
  type MessageRow,
  removeMessage,
  sendMessage,
  updateMessage,
} from '../domain/index.ts';
import { conversationAt } from './conversations.ts';
import { isoSeconds } from './dates.ts';
import { type ServiceCall, serviceOperation } from './operation.ts';
import { PAGE_PARAMS, page } from './paging.ts';
import { oneOf, text, time } from './params.ts';

/** REST API 9, "Message". */
export const messageOperations = [
  serviceOperation({
    id: 'CreateConversationMessage',
    method: 'POST',
    path: '/Conversations/{ConversationSid}/Messages',
    status: 201,
    params: { Author: text, Body: text, Attributes: text, Subject: text, DateCreated: time, DateUpdated: time },
    unsupported: ['MediaSid', 'ContentSid', 'ContentVariables'],
    async handle(call, given) {
      const conversation = await conversationAt(call, 'ConversationSid');
      const row = await call.context.execute(sendMessage, call.actor, {
        service: call.service,
        conversation,
        author: given.Author,
        body: given.Body,
        attributes: given.Attributes,
        subject: given.Subject,
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
      return page(given, limits, {
        key: 'messages',
        url: `${call.base}/Conversations/${conversation.sid}/Messages`,
        filters: { Order: given.Order },
        order: given.Order ?? 'asc',
        rows: (range) => listMessages(read, conversation.id, range),
        keyOf: (row) => row.index,
        view: (row) => messageView(call, conversation, row),
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
      const { conversation, row } = await messageAt(call);
      return messageView(call, conversation, row);
    },
  }),
  serviceOperation({
    id: 'UpdateConversationMessage',
    method: 'POST',
    path: '/Conversations/{ConversationSid}/Messages/{Sid}',
    status: 200,
    params: { Author: text, Body: text, Attributes: text, Subject: text, DateCreated: time, DateUpdated: time },
    async handle(call, given) {
      const { conversation, row } = await messageAt(call);
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
      const { conversation, row } = await messageAt(call);
      await call.context.execute(removeMessage, call.actor, {
        service: call.service,
        conversation,
        messageSid: row.sid,
      });
    },
  }),
];

/** The message that the path names by SID. */
async function messageAt(call: ServiceCall): Promise<{ conversation: ConversationRow; row: MessageRow }> {
  const conversation = await conversationAt(call, 'ConversationSid');
  const row = await findMessage(call.context.read, conversation.id, call.path('Sid'));
  if (row === undefined) throw call.notFound();
  return { conversation, row };
}

function messageView({ base, service, form }: ServiceCall, conversation: ConversationRow, row: MessageRow) {
  const url = `${base}/Conversations/${conversation.sid}/Messages/${row.sid}`;
  return {
    sid: row.sid,
    account_sid: service.account_sid,
    // Absent in the short form (REST API 9): JSON leaves out what is undefined.
    chat_service_sid: form === 'service' ? service.sid : undefined,
    conversation_sid: conversation.sid,
    body: row.body,
    media: null,
    author: row.author,
    participant_sid: row.participant_sid,
    attributes: row.attributes,
    date_created: isoSeconds(row.created_at),
    date_updated: isoSeconds(row.updated_at),
    index: row.index,
    delivery: null,
    content_sid: null,
    url,
    links: { delivery_receipts: `${url}/Receipts` },
  };
}
