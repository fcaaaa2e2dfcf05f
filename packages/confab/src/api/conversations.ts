import { type ConversationRow, createConversation, listConversations, updateConversation } from '../domain/index.ts';
import { isoSeconds } from './dates.ts';
import { type ServiceCall, serviceOperation } from './operation.ts';
import { PAGE_PARAMS, page } from './paging.ts';
import { text } from './params.ts';

/** What a conversation of the original service has besides, to be given or changed. */
const UNSUPPORTED = [
  'DateCreated',
  'DateUpdated',
  'MessagingServiceSid',
  'State',
  'Timers.Inactive',
  'Timers.Closed',
  'Bindings.Email.Address',
  'Bindings.Email.Name',
];

/** REST API 9, "Conversation". */
export const conversationOperations = [
  serviceOperation({
    id: 'CreateConversation',
    method: 'POST',
    path: '/Conversations',
    status: 201,
    params: { FriendlyName: text, UniqueName: text, Attributes: text },
    unsupported: UNSUPPORTED,
    async handle(call, given) {
      const row = await call.context.execute(createConversation, call.actor, {
        service: call.service,
        friendlyName: given.FriendlyName,
        uniqueName: given.UniqueName,
        attributes: given.Attributes,
      });
      return conversationView(call, row);
    },
  }),
  serviceOperation({
    id: 'ListConversation',
    method: 'GET',
    path: '/Conversations',
    status: 200,
    params: PAGE_PARAMS,
    unsupported: ['StartDate', 'EndDate', 'State'],
    handle(call, given) {
      const { read, limits } = call.context;
      return page(given, limits, {
        key: 'conversations',
        url: `${call.base}/Conversations`,
        order: 'desc',
        rows: (range) => listConversations(read, call.service.id, range),
        keyOf: (row) => row.id,
        view: (row) => conversationView(call, row),
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
    params: { FriendlyName: text, UniqueName: text, Attributes: text },
    unsupported: UNSUPPORTED,
    async handle(call, given) {
      const row = await call.context.execute(updateConversation, call.actor, {
        service: call.service,
        conversation: await conversationAt(call, 'Sid'),
        friendlyName: given.FriendlyName,
        uniqueName: given.UniqueName,
        attributes: given.Attributes,
      });
      return conversationView(call, row);
    },
  }),
];

/** The conversation that a parameter of the path names by SID or unique name. */
export async function conversationAt(call: ServiceCall, pathParameter: string): Promise<ConversationRow> {
  const row = await call.context.findConversation(call.service, call.path(pathParameter));
  if (row === undefined) throw call.notFound();
  return row;
}

function conversationView({ base, service }: ServiceCall, row: ConversationRow) {
  const url = `${base}/Conversations/${row.sid}`;
  return {
    sid: row.sid,
    account_sid: service.account_sid,
    chat_service_sid: service.sid,
    messaging_service_sid: null,
    friendly_name: row.friendly_name,
    unique_name: row.unique_name,
    attributes: row.attributes,
    date_created: isoSeconds(row.created_at),
    date_updated: isoSeconds(row.updated_at),
    state: row.state,
    // Empty, never null (REST API 4).
    timers: {},
    bindings: {},
    url,
    links: { participants: `${url}/Participants`, messages: `${url}/Messages`, webhooks: `${url}/Webhooks` },
  };
}
