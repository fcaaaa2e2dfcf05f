import { createRole, deleteRole, findRole, listRoles, type RoleRow, updateRole } from '../domain/index.ts';
import { isoSeconds } from './dates.ts';
import { type ServiceCall, serviceOperation } from './operation.ts';
import { PAGE_PARAMS, page } from './paging.ts';
import { oneOf, repeated, required, text, withCode } from './params.ts';

/** REST API 9, "Role". */
export const roleOperations = [
  serviceOperation({
    id: 'CreateRole',
    method: 'POST',
    path: '/Roles',
    status: 201,
    params: {
      FriendlyName: required(text),
      Type: required(withCode(50105, oneOf(['conversation', 'service']))),
      Permission: required(repeated),
    },
    async handle(call, { FriendlyName, Type, Permission }) {
      const row = await call.context.execute(createRole, call.actor, {
        service: call.service,
        friendlyName: FriendlyName,
        type: Type,
        permissions: Permission,
      });
      return roleView(call, row);
    },
  }),
  serviceOperation({
    id: 'ListRole',
    method: 'GET',
    path: '/Roles',
    status: 200,
    params: PAGE_PARAMS,
    handle(call, given) {
      const { read, limits } = call.context;
      return page(given, limits, {
        key: 'roles',
        url: `${call.base}/Roles`,
        order: 'asc',
        maximum: 50,
        rows: (range) => listRoles(read, call.service.id, range),
        keyOf: (row) => row.id,
        view: (row) => roleView(call, row),
      });
    },
  }),
  serviceOperation({
    id: 'FetchRole',
    method: 'GET',
    path: '/Roles/{Sid}',
    status: 200,
    params: {},
    handle: async (call) => roleView(call, await roleAt(call)),
  }),
  serviceOperation({
    id: 'UpdateRole',
    method: 'POST',
    path: '/Roles/{Sid}',
    status: 200,
    params: { Permission: required(repeated) },
    async handle(call, { Permission }) {
      const { sid } = await roleAt(call);
      const row = await call.context.execute(updateRole, call.actor, {
        service: call.service,
        roleSid: sid,
        permissions: Permission,
      });
      return roleView(call, row);
    },
  }),
  serviceOperation({
    id: 'DeleteRole',
    method: 'DELETE',
    path: '/Roles/{Sid}',
    status: 204,
    params: {},
    async handle(call) {
      const { sid } = await roleAt(call);
      await call.context.execute(deleteRole, call.actor, { service: call.service, roleSid: sid });
    },
  }),
];

/** The role that the path names by SID. */
async function roleAt(call: ServiceCall): Promise<RoleRow> {
  const row = await findRole(call.context.read, call.service.id, call.path('Sid'));
  if (row === undefined) throw call.notFound();
  return row;
}

function roleView({ base, service }: ServiceCall, row: RoleRow) {
  const permissions: unknown = JSON.parse(row.permissions);
  return {
    sid: row.sid,
    account_sid: service.account_sid,
    chat_service_sid: service.sid,
    friendly_name: row.friendly_name,
    type: row.type,
    permissions,
    date_created: isoSeconds(row.created_at),
    date_updated: isoSeconds(row.updated_at),
    url: `${base}/Roles/${row.sid}`,
  };
}
