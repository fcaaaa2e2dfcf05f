import {
  findWebhookConfiguration,
  updateWebhookConfiguration,
  WEBHOOK_EVENTS,
  type WebhookConfigurationRow,
} from '../domain/index.ts';
import { accountOperation, type Call, type ServiceCall, serviceOperation } from './operation.ts';
import { clearable, listOf, oneOf, type ParamValues } from './params.ts';
import { url } from './text-params.ts';

const PARAMS = {
  PreWebhookUrl: clearable(url),
  PostWebhookUrl: clearable(url),
  Filters: clearable(listOf(oneOf(WEBHOOK_EVENTS))),
  Method: oneOf(['GET', 'POST']),
} as const;

/** REST API 9, "Configuration webhook" and "Service webhook configuration". */
export const webhookConfigurationOperations = [
  accountOperation({
    id: 'FetchConfigurationWebhook',
    method: 'GET',
    path: '/Configuration/Webhooks',
    status: 200,
    params: {},
    async handle(call) {
      return accountView(call, await findWebhookConfiguration(call.context.read, call.actor.account.sid));
    },
  }),
  accountOperation({
    id: 'UpdateConfigurationWebhook',
    method: 'POST',
    path: '/Configuration/Webhooks',
    status: 200,
    params: { ...PARAMS, Target: oneOf(['webhook', 'flex']) },
    async handle(call, { Target: target, ...given }) {
      const row = await call.context.execute(updateWebhookConfiguration, call.actor, { ...changesOf(given), target });
      return accountView(call, row);
    },
  }),
  serviceOperation({
    id: 'FetchServiceWebhookConfiguration',
    forms: ['service'],
    method: 'GET',
    path: '/Configuration/Webhooks',
    status: 200,
    params: {},
    async handle(call) {
      return serviceView(call, await findWebhookConfiguration(call.context.read, call.service.sid));
    },
  }),
  serviceOperation({
    id: 'UpdateServiceWebhookConfiguration',
    forms: ['service'],
    method: 'POST',
    path: '/Configuration/Webhooks',
    status: 200,
    params: PARAMS,
    async handle(call, given) {
      const { service } = call;
      const row = await call.context.execute(updateWebhookConfiguration, call.actor, { ...changesOf(given), service });
      return serviceView(call, row);
    },
  }),
];

function changesOf(given: ParamValues<typeof PARAMS>) {
  return {
    preWebhookUrl: given.PreWebhookUrl,
    postWebhookUrl: given.PostWebhookUrl,
    filters: given.Filters,
    method: given.Method,
  };
}

function accountView({ base, actor }: Call, row: WebhookConfigurationRow | undefined) {
  return {
    account_sid: actor.account.sid,
    method: row?.method ?? 'POST',
    filters: filtersOf(row) ?? [],
    pre_webhook_url: row?.pre_webhook_url ?? null,
    post_webhook_url: row?.post_webhook_url ?? null,
    target: row?.target ?? 'webhook',
    url: `${base}/Configuration/Webhooks`,
  };
}

/** All null while nothing was set: then the account's configuration is the service's, too. */
function serviceView({ base, service }: ServiceCall, row: WebhookConfigurationRow | undefined) {
  return {
    account_sid: service.account_sid,
    chat_service_sid: service.sid,
    pre_webhook_url: row?.pre_webhook_url ?? null,
    post_webhook_url: row?.post_webhook_url ?? null,
    filters: filtersOf(row),
    method: row?.method ?? null,
    url: `${base}/Configuration/Webhooks`,
  };
}

function filtersOf(row: WebhookConfigurationRow | undefined): unknown {
  return row === undefined ? null : JSON.parse(row.filters);
}
