import {
  type ConversationRow,
  type FoundMessage,
  findConversationsByName,
  findMessages,
  type KeyRange,
  type KeysetRange,
  listConversations,
  listConversationsByActivity,
} from '../domain/index.ts';
import { conversationView } from './conversation-view.ts';
import { conversationAt } from './conversations.ts';
import { isoSeconds } from './dates.ts';
import { messageView } from './messages.ts';
import { type ServiceCall, serviceOperation } from './operation.ts';
import { PAGE_PARAMS, page } from './paging.ts';
import { badParameter, oneOf, required, text } from './params.ts';

/** Finding conversations and messages. Not of the original service. */
export const searchOperations = [
  serviceOperation({
    id: 'ListConversationOverview',
    root: '/confab/v1',
    method: 'GET',
    path: '/Conversations',
    status: 200,
    params: {
      ...PAGE_PARAMS,
      Name: text,
      State: oneOf(['initializing', 'active', 'inactive', 'closed']),
      SortBy: oneOf(['activity', 'created']),
    },
    handle(call, given) {
      const { read, limits } = call.context;
      const { Name: name, State: state, SortBy: sortBy } = given;
      if (name !== undefined && sortBy === 'activity') throw badParameter('SortBy', 'cannot be activity with a Name');
      const serviceId = call.service.id;
      const list = {
        key: 'conversations',
        url: `${call.base}/Conversations`,
        filters: { Name: name, State: state, SortBy: sortBy },
        order: 'desc' as const,
        view: (row: ConversationRow) => overview(call, row),
      };
      if (name === undefined && sortBy !== 'created') {
        return page(given, limits, {
          ...list,
          keyTypes: ['number', 'number'],
          rows: (range: KeysetRange) => listConversationsByActivity(read, { serviceId, state }, range),
          keyOf: (row) => [row.active_at, row.id],
        });
      }
      const rows = (range: KeyRange) =>
        name === undefined
          ? listConversations(read, serviceId, range, { state })
          : findConversationsByName(read, { serviceId, state }, name, range);
      return page(given, limits, { ...list, rows, keyOf: (row) => row.id });
    },
  }),
  serviceOperation({
    id: 'ListMessage',
    root: '/confab/v1',
    method: 'GET',
    path: '/Messages',
    status: 200,
    params: { ...PAGE_PARAMS, Query: required(text), Conversation: text },
    async handle(call, given) {
      const { read, limits } = call.context;
      const { Query: query, Conversation: within } = given;
      const conversation = within === undefined ? undefined : await call.context.findConversation(call.service, within);
      if (within !== undefined && conversation === undefined) throw badParameter('Conversation', 'names none');
      const search = { serviceId: call.service.id, conversationId: conversation?.id, text: query };
      return page(given, limits, {
        key: 'messages',
        url: `${call.base}/Messages`,
        filters: { Query: query, Conversation: within },
        order: 'desc' as const,
        rows: (range) => findMessages(read, search, range),
        keyOf: (row) => row.id,
        view: (row) => foundMessage(call, row),
      });
    },
  }),
  serviceOperation({
    id: 'FetchConversationOverview',
    root: '/confab/v1',
    method: 'GET',
    path: '/Conversations/{Sid}',
    status: 200,
    params: {},
    handle: async (call) => overview(call, await conversationAt(call, 'Sid')),
  }),
];

function overview(call: ServiceCall, row: ConversationRow) {
  const { last_message_at: at } = row;
  return {
    ...conversationView(inOriginal(call), row),
    created_by: row.created_by,
    messages_count: row.messages_count,
    participants_count: row.participants_count,
    last_message_index: row.last_message_index,
    date_last_message: at === null ? null : isoSeconds(at),
  };
}

function foundMessage(call: ServiceCall, row: FoundMessage) {
  return {
    ...messageView(inOriginal(call), { sid: row.conversation_sid }, row),
    conversation_friendly_name: row.conversation_friendly_name,
    conversation_unique_name: row.conversation_unique_name,
  };
}

/** What is found is shown, and changed, where the original has it. */
function inOriginal(call: ServiceCall): ServiceCall {
  return { ...call, base: call.base.replace('/confab/v1', '/v1') };
}
