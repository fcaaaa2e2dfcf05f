import {
  createUser,
  deleteUser,
  findUserBySidOrIdentity,
  listUsers,
  reachabilityOf,
  servicesWithReachability,
  type UserRow,
  type UserWithRole,
  updateUser,
  withRole,
} from '../domain/index.ts';
import { isoSeconds } from './dates.ts';
import { type ServiceCall, serviceOperation } from './operation.ts';
import { PAGE_PARAMS, page } from './paging.ts';
import { required, sid, text } from './params.ts';

/** REST API 9, "User". */
export const userOperations = [
  serviceOperation({
    id: 'CreateUser',
    method: 'POST',
    path: '/Users',
    status: 201,
    params: { Identity: required(text), FriendlyName: text, Attributes: text, RoleSid: sid('RL') },
    async handle(call, given) {
      const row = await call.context.execute(createUser, call.actor, {
        service: call.service,
        identity: given.Identity,
        friendlyName: given.FriendlyName,
        attributes: given.Attributes,
        roleSid: given.RoleSid,
      });
      return userView(call, await withRole(call.context.read, row));
    },
  }),
  serviceOperation({
    id: 'ListUser',
    method: 'GET',
    path: '/Users',
    status: 200,
    params: PAGE_PARAMS,
    handle(call, given) {
      const { read, limits } = call.context;
      return page(given, limits, {
        key: 'users',
        url: `${call.base}/Users`,
        order: 'asc',
        maximum: 50,
        rows: (range) => listUsers(read, call.service.id, range),
        keyOf: (row) => row.id,
        view: (row) => userView(call, row),
      });
    },
  }),
  serviceOperation({
    id: 'FetchUser',
    method: 'GET',
    path: '/Users/{Sid}',
    status: 200,
    params: {},
    handle: async (call) => reachableView(call, await withRole(call.context.read, await userAt(call, 'Sid'))),
  }),
  serviceOperation({
    id: 'UpdateUser',
    method: 'POST',
    path: '/Users/{Sid}',
    status: 200,
    params: { FriendlyName: text, Attributes: text, RoleSid: sid('RL') },
    async handle(call, given) {
      const { sid: userSid } = await userAt(call, 'Sid');
      const row = await call.context.execute(updateUser, call.actor, {
        service: call.service,
        sidOrIdentity: userSid,
        friendlyName: given.FriendlyName,
        attributes: given.Attributes,
        roleSid: given.RoleSid,
      });
      return reachableView(call, await withRole(call.context.read, row));
    },
  }),
  serviceOperation({
    id: 'DeleteUser',
    method: 'DELETE',
    path: '/Users/{Sid}',
    status: 204,
    params: {},
    async handle(call) {
      const { sid: userSid } = await userAt(call, 'Sid');
      await call.context.execute(deleteUser, call.actor, { service: call.service, sidOrIdentity: userSid });
    },
  }),
];

/** The user that a parameter of the path names by SID or identity (lifecycle 7). */
export async function userAt(call: ServiceCall, pathParameter: string): Promise<UserRow> {
  const row = await findUserBySidOrIdentity(call.context.read, call.service.id, call.path(pathParameter));
  if (row === undefined) throw call.notFound();
  return row;
}

/** With how the user can be reached, which lists do not tell, nor services without reachability (lifecycle 7). */
async function reachableView(call: ServiceCall, row: UserWithRole) {
  const { id } = call.service;
  const enabled = (await servicesWithReachability(call.context.read, [id])).has(id);
  return { ...userView(call, row), ...(enabled && reachabilityOf(row)) };
}

function userView({ base, service }: ServiceCall, row: UserWithRole) {
  const url = `${base}/Users/${row.sid}`;
  return {
    sid: row.sid,
    account_sid: service.account_sid,
    chat_service_sid: service.sid,
    role_sid: row.role_sid,
    identity: row.identity,
    friendly_name: row.friendly_name,
    attributes: row.attributes,
    is_online: null,
    is_notifiable: null,
    date_created: isoSeconds(row.created_at),
    date_updated: isoSeconds(row.updated_at),
    url,
    links: { user_conversations: `${url}/Conversations` },
  };
}
