import {
  type AddressConfigurationRow,
  createAddressConfiguration,
  deleteAddressConfiguration,
  findAddressConfiguration,
  listAddressConfigurations,
  SCOPED_WEBHOOK_EVENTS,
  updateAddressConfiguration,
} from '../domain/index.ts';
import { isoSeconds } from './dates.ts';
import { accountOperation, type Call } from './operation.ts';
import { PAGE_PARAMS, page } from './paging.ts';
import {
  clearable,
  flag,
  integer,
  listOf,
  oneOf,
  type Param,
  type ParamValues,
  parsed,
  required,
  sid,
  text,
  withCode,
} from './params.ts';
import { url } from './text-params.ts';

const TYPE = oneOf(['sms', 'whatsapp', 'messenger', 'gbm', 'email', 'rcs', 'apple', 'chat']);

const COUNTRY: Param<string | undefined> = parsed(
  { type: 'string', pattern: '^[A-Za-z]{2}$' },
  'must be a country code of two letters (ISO 3166-1 alpha-2)',
  (code) => (/^[a-z]{2}$/i.test(code) ? code.toUpperCase() : undefined),
);

const PARAMS = {
  FriendlyName: clearable(text),
  'AutoCreation.Enabled': flag,
  'AutoCreation.Type': oneOf(['webhook', 'studio', 'default']),
  'AutoCreation.ConversationServiceSid': clearable(sid('IS')),
  'AutoCreation.WebhookUrl': clearable(url),
  'AutoCreation.WebhookMethod': oneOf(['GET', 'POST']),
  'AutoCreation.WebhookFilters': clearable(listOf(withCode(50365, oneOf(SCOPED_WEBHOOK_EVENTS)))),
  'AutoCreation.StudioFlowSid': clearable(withCode(50367, sid('FW'))),
  'AutoCreation.StudioRetryCount': withCode(50065, integer({ minimum: 0, maximum: 3 })),
} as const;

const ONE = '/Configuration/Addresses/{Sid}';

/** REST API 9, "Address configuration". */
export const addressConfigurationOperations = [
  accountOperation({
    id: 'CreateConfigurationAddress',
    method: 'POST',
    path: '/Configuration/Addresses',
    status: 201,
    params: { Type: required(TYPE), Address: required(text), AddressCountry: clearable(COUNTRY), ...PARAMS },
    async handle(call, { Type: type, Address: address, AddressCountry: country, ...given }) {
      const input = { type, address, country, ...changesOf(given) };
      return addressView(call, await call.context.execute(createAddressConfiguration, call.actor, input));
    },
  }),
  accountOperation({
    id: 'ListConfigurationAddress',
    method: 'GET',
    path: '/Configuration/Addresses',
    status: 200,
    params: { Type: TYPE, ...PAGE_PARAMS },
    handle(call, { Type, ...given }) {
      const { read, limits } = call.context;
      return page(given, limits, {
        key: 'address_configurations',
        url: `${call.base}/Configuration/Addresses`,
        filters: { Type },
        order: 'asc',
        maximum: 50,
        rows: (range) => listAddressConfigurations(read, call.actor.account.id, Type, range),
        keyOf: (row) => row.id,
        view: (row) => addressView(call, row),
      });
    },
  }),
  accountOperation({
    id: 'FetchConfigurationAddress',
    method: 'GET',
    path: ONE,
    status: 200,
    params: {},
    handle: async (call) => addressView(call, await addressAt(call)),
  }),
  accountOperation({
    id: 'UpdateConfigurationAddress',
    method: 'POST',
    path: ONE,
    status: 200,
    params: PARAMS,
    async handle(call, given) {
      const input = { addressConfigurationSid: (await addressAt(call)).sid, ...changesOf(given) };
      return addressView(call, await call.context.execute(updateAddressConfiguration, call.actor, input));
    },
  }),
  accountOperation({
    id: 'DeleteConfigurationAddress',
    method: 'DELETE',
    path: ONE,
    status: 204,
    params: {},
    async handle(call) {
      const { sid: addressConfigurationSid } = await addressAt(call);
      await call.context.execute(deleteAddressConfiguration, call.actor, { addressConfigurationSid });
    },
  }),
];

function changesOf(given: ParamValues<typeof PARAMS>) {
  return {
    friendlyName: given.FriendlyName,
    autoCreation: {
      enabled: given['AutoCreation.Enabled'],
      type: given['AutoCreation.Type'],
      conversationServiceSid: given['AutoCreation.ConversationServiceSid'],
      webhookUrl: given['AutoCreation.WebhookUrl'],
      webhookMethod: given['AutoCreation.WebhookMethod'],
      webhookFilters: given['AutoCreation.WebhookFilters'],
      studioFlowSid: given['AutoCreation.StudioFlowSid'],
      studioRetryCount: given['AutoCreation.StudioRetryCount'],
    },
  };
}

/** The configuration that the path names by SID or address. */
async function addressAt(call: Call): Promise<AddressConfigurationRow> {
  const row = await findAddressConfiguration(call.context.read, call.actor.account.id, call.path('Sid'));
  if (row === undefined) throw call.notFound();
  return row;
}

function addressView({ base, actor }: Call, row: AddressConfigurationRow) {
  return {
    sid: row.sid,
    account_sid: actor.account.sid,
    type: row.type,
    address: row.address,
    friendly_name: row.friendly_name,
    address_country: row.address_country,
    auto_creation: autoCreationView(row),
    date_created: isoSeconds(row.created_at),
    date_updated: isoSeconds(row.updated_at),
    url: `${base}/Configuration/Addresses/${row.sid}`,
  };
}

/** Only what belongs to the chosen type is shown (lifecycle 6). */
function autoCreationView(row: AddressConfigurationRow) {
  const { auto_creation_type: type, conversation_service_sid } = row;
  const filters: unknown = JSON.parse(row.webhook_filters);
  return {
    enabled: row.auto_creation_enabled === 1,
    type,
    ...(conversation_service_sid !== null && { conversation_service_sid }),
    ...(type === 'webhook' && {
      webhook_url: row.webhook_url,
      webhook_method: row.webhook_method,
      webhook_filters: filters,
    }),
    ...(type === 'studio' && { studio_flow_sid: row.studio_flow_sid, studio_retry_count: row.studio_retry_count }),
  };
}
