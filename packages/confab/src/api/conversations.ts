import {
  type ConversationRow,
  createConversation,
  deleteConversation,
  type KeysetRange,
  listConversations,
  listConversationsByDate,
  updateConversation,
} from '../domain/index.ts';
import { CONVERSATION_PARAMS, conversationInput } from './conversation-params.ts';
import { conversationView } from './conversation-view.ts';
import { type ServiceCall, serviceOperation } from './operation.ts';
import { PAGE_PARAMS, page } from './paging.ts';
import { oneOf, time } from './params.ts';
import { timeUntil } from './time-params.ts';

/** REST API 9, "Conversation". */
export const conversationOperations = [
  serviceOperation({
    id: 'CreateConversation',
    method: 'POST',
    path: '/Conversations',
    status: 201,
    params: CONVERSATION_PARAMS,
    async handle(call, given) {
      const input = { service: call.service, ...conversationInput(given) };
      return conversationView(call, await call.context.execute(createConversation, call.actor, input));
    },
  }),
  serviceOperation({
    id: 'ListConversation',
    method: 'GET',
    path: '/Conversations',
    status: 200,
    params: {
      ...PAGE_PARAMS,
      StartDate: time,
      EndDate: timeUntil,
      State: oneOf(['initializing', 'active', 'inactive', 'closed']),
    },
    handle(call, given) {
      const { read, limits } = call.context;
      const { StartDate: from, EndDate: until, State: state } = given;
      const list = {
        key: 'conversations',
        url: `${call.base}/Conversations`,
        filters: { StartDate: isoOf(from), EndDate: isoOf(until), State: state },
        order: 'desc' as const,
        view: (row: ConversationRow) => conversationView(call, row),
      };
      if (from === undefined && until === undefined) {
        return page(given, limits, {
          ...list,
          rows: (range) => listConversations(read, call.service.id, range, { state }),
          keyOf: (row) => row.id,
        });
      }
      return page(given, limits, {
        ...list,
        keyTypes: ['number', 'number'],
        rows: (range: KeysetRange) => listConversationsByDate(read, call.service.id, range, { state, from, until }),
        keyOf: (row) => [row.created_at, row.id],
      });
    },
  }),
  serviceOperation({
    id: 'FetchConversation',
    method: 'GET',
    path: '/Conversations/{Sid}',
    status: 200,
    params: {},
    handle: async (call) => conversationView(call, await conversationAt(call, 'Sid')),
  }),
  serviceOperation({
    id: 'UpdateConversation',
    method: 'POST',
    path: '/Conversations/{Sid}',
    status: 200,
    params: CONVERSATION_PARAMS,
    async handle(call, given) {
      const conversation = await conversationAt(call, 'Sid');
      const input = { service: call.service, conversation, ...conversationInput(given) };
      return conversationView(call, await call.context.execute(updateConversation, call.actor, input));
    },
  }),
  serviceOperation({
    id: 'DeleteConversation',
    method: 'DELETE',
    path: '/Conversations/{Sid}',
    status: 204,
    params: {},
    async handle(call) {
      const conversation = await conversationAt(call, 'Sid');
      await call.context.execute(deleteConversation, call.actor, { service: call.service, conversation });
    },
  }),
];

/** The conversation that a parameter of the path names by SID or unique name. */
export async function conversationAt(call: ServiceCall, pathParameter: string): Promise<ConversationRow> {
  const row = await call.context.findConversation(call.service, call.path(pathParameter));
  if (row === undefined) throw call.notFound();
  return row;
}

/** For the URLs of other pages, with all that it was read with. */
function isoOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}
