import { type BindingRow, findBinding, listBindings, removeBinding } from '../domain/index.ts';
import { isoSeconds } from './dates.ts';
import { type ServiceCall, serviceOperation } from './operation.ts';
import { PAGE_PARAMS, page } from './paging.ts';
import { listOf, oneOf, text } from './params.ts';

/** REST API 9, "Service binding". They come to be by registration with an SDK only (lifecycle 8). */
export const bindingOperations = [
  serviceOperation({
    id: 'ListServiceBinding',
    forms: ['service'],
    method: 'GET',
    path: '/Bindings',
    status: 200,
    params: {
      BindingType: listOf(oneOf(['apn', 'gcm', 'fcm', 'twilsock'])),
      Identity: listOf(text, { maximum: 100 }),
      ...PAGE_PARAMS,
    },
    handle(call, { BindingType, Identity, ...given }) {
      const { read, limits } = call.context;
      // Connections are no rows: what is asked of them has no answer here.
      const types = BindingType?.filter((type) => type !== 'twilsock');
      // No identity holds NUL, which PostgreSQL could not even compare with.
      const identities = Identity?.filter((identity) => !identity.includes('\0'));
      return page(given, limits, {
        key: 'bindings',
        url: `${call.base}/Bindings`,
        filters: { BindingType, Identity },
        order: 'asc',
        rows: (range) => listBindings(read, call.service.id, { types, identities }, range),
        keyOf: (row) => row.id,
        view: (row) => bindingView(call, row),
      });
    },
  }),
  serviceOperation({
    id: 'FetchServiceBinding',
    forms: ['service'],
    method: 'GET',
    path: '/Bindings/{Sid}',
    status: 200,
    params: {},
    handle: async (call) => bindingView(call, await bindingAt(call)),
  }),
  serviceOperation({
    id: 'DeleteServiceBinding',
    forms: ['service'],
    method: 'DELETE',
    path: '/Bindings/{Sid}',
    status: 204,
    params: {},
    async handle(call) {
      const { sid: bindingSid } = await bindingAt(call);
      await call.context.execute(removeBinding, call.actor, { service: call.service, bindingSid });
    },
  }),
];

/** The binding that the path names by SID. */
async function bindingAt(call: ServiceCall): Promise<BindingRow> {
  const row = await findBinding(call.context.read, call.service.id, call.path('Sid'));
  if (row === undefined) throw call.notFound();
  return row;
}

/** SDKs ask for message types by their full names, REST tells the short ones. */
const PREFIX = /^twilio\.conversations\./;

function bindingView({ base, service }: ServiceCall, row: BindingRow) {
  const types: unknown = JSON.parse(row.message_types);
  return {
    sid: row.sid,
    account_sid: service.account_sid,
    chat_service_sid: service.sid,
    credential_sid: row.credential_sid,
    date_created: isoSeconds(row.created_at),
    date_updated: isoSeconds(row.updated_at),
    endpoint: row.endpoint,
    identity: row.identity,
    binding_type: row.binding_type,
    message_types: Array.isArray(types) ? types.map((type) => String(type).replace(PREFIX, '')) : [],
    url: `${base}/Bindings/${row.sid}`,
  };
}
