import {
  createService,
  deleteService,
  findService,
  listServices,
  type ServiceRow,
  serviceRef,
} from '../domain/index.ts';
import { isoSeconds } from './dates.ts';
import { accountOperation, type Call } from './operation.ts';
import { PAGE_PARAMS, page } from './paging.ts';
import { required, text } from './params.ts';

/** REST API 9, "Service". */
export const serviceOperations = [
  accountOperation({
    id: 'CreateService',
    method: 'POST',
    path: '/Services',
    status: 201,
    params: { FriendlyName: required(text) },
    async handle(call, { FriendlyName }) {
      const { execute } = call.context;
      return serviceView(call, await execute(createService, call.actor, { friendlyName: FriendlyName }));
    },
  }),
  accountOperation({
    id: 'ListService',
    method: 'GET',
    path: '/Services',
    status: 200,
    params: PAGE_PARAMS,
    handle(call, given) {
      const { read, limits } = call.context;
      return page(given, limits, {
        key: 'services',
        url: `${call.base}/Services`,
        order: 'asc',
        rows: (range) => listServices(read, call.actor.account.id, range),
        keyOf: (row) => row.id,
        view: (row) => serviceView(call, row),
      });
    },
  }),
  accountOperation({
    id: 'FetchService',
    method: 'GET',
    path: '/Services/{Sid}',
    status: 200,
    params: {},
    handle: async (call) => serviceView(call, await serviceAt(call)),
  }),
  accountOperation({
    id: 'DeleteService',
    method: 'DELETE',
    path: '/Services/{Sid}',
    status: 204,
    params: {},
    async handle(call) {
      await call.context.execute(deleteService, call.actor, { service: serviceRef(await serviceAt(call)) });
    },
  }),
];

/** The service of the account that the path names by SID. */
async function serviceAt(call: Call): Promise<ServiceRow> {
  const row = await findService(call.context.read, call.actor.account.id, call.path('Sid'));
  if (row === undefined) throw call.notFound();
  return row;
}

function serviceView({ base }: Call, row: ServiceRow) {
  const url = `${base}/Services/${row.sid}`;
  return {
    sid: row.sid,
    account_sid: row.account_sid,
    friendly_name: row.friendly_name,
    date_created: isoSeconds(row.created_at),
    date_updated: isoSeconds(row.updated_at),
    url,
    links: {
      conversations: `${url}/Conversations`,
      users: `${url}/Users`,
      roles: `${url}/Roles`,
      bindings: `${url}/Bindings`,
      configuration: `${url}/Configuration`,
      participant_conversations: `${url}/ParticipantConversations`,
      conversation_with_participants: `${url}/ConversationWithParticipants`,
    },
  };
}
