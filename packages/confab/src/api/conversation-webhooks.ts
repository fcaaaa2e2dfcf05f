import {
  type ConversationRow,
  type ConversationWebhookRow,
  createConversationWebhook,
  deleteConversationWebhook,
  findConversationWebhook,
  listConversationWebhooks,
  updateConversationWebhook,
} from '../domain/index.ts';
import { conversationAt } from './conversations.ts';
import { isoSeconds } from './dates.ts';
import { type ServiceCall, serviceOperation } from './operation.ts';
import { PAGE_PARAMS, page } from './paging.ts';
import { integer, oneOf, type ParamValues, repeated, text } from './params.ts';
import { url } from './text-params.ts';

const ALL = '/Conversations/{ConversationSid}/Webhooks';
const ONE = `${ALL}/{Sid}`;

const PARAMS = {
  'Configuration.Url': url,
  'Configuration.Method': oneOf(['get', 'post']),
  'Configuration.Filters': repeated,
  'Configuration.Triggers': repeated,
  'Configuration.FlowSid': text,
} as const;

/** REST API 9, "Scoped webhook". The domain knows which parameters each target has, and the codes of bad ones. */
export const conversationWebhookOperations = [
  serviceOperation({
    id: 'CreateConversationScopedWebhook',
    method: 'POST',
    path: ALL,
    status: 201,
    params: {
      Target: { ...text, schema: { type: 'string', enum: ['webhook', 'trigger', 'studio'] } },
      ...PARAMS,
      'Configuration.ReplayAfter': integer({ minimum: 0 }),
    },
    async handle(call, given) {
      const conversation = await conversationAt(call, 'ConversationSid');
      const row = await call.context.execute(createConversationWebhook, call.actor, {
        service: call.service,
        conversation,
        target: given.Target,
        replayAfter: given['Configuration.ReplayAfter'],
        ...configurationOf(given),
      });
      return webhookView(call, conversation, row);
    },
  }),
  serviceOperation({
    id: 'ListConversationScopedWebhook',
    method: 'GET',
    path: ALL,
    status: 200,
    params: PAGE_PARAMS,
    async handle(call, given) {
      const { read, limits } = call.context;
      const conversation = await conversationAt(call, 'ConversationSid');
      return page({ ...given, PageSize: given.PageSize ?? MAXIMUM }, limits, {
        key: 'webhooks',
        url: `${call.base}/Conversations/${conversation.sid}/Webhooks`,
        order: 'asc',
        maximum: MAXIMUM,
        rows: (range) => listConversationWebhooks(read, conversation.id, range),
        keyOf: (row) => row.id,
        view: (row) => webhookView(call, conversation, row),
      });
    },
  }),
  serviceOperation({
    id: 'FetchConversationScopedWebhook',
    method: 'GET',
    path: ONE,
    status: 200,
    params: {},
    async handle(call) {
      const { conversation, webhook } = await webhookAt(call);
      return webhookView(call, conversation, webhook);
    },
  }),
  serviceOperation({
    id: 'UpdateConversationScopedWebhook',
    method: 'POST',
    path: ONE,
    status: 200,
    params: PARAMS,
    async handle(call, given) {
      const place = { service: call.service, ...(await webhookAt(call)) };
      const input = { ...place, ...configurationOf(given) };
      const row = await call.context.execute(updateConversationWebhook, call.actor, input);
      return webhookView(call, place.conversation, row);
    },
  }),
  serviceOperation({
    id: 'DeleteConversationScopedWebhook',
    method: 'DELETE',
    path: ONE,
    status: 204,
    params: {},
    async handle(call) {
      const place = { service: call.service, ...(await webhookAt(call)) };
      await call.context.execute(deleteConversationWebhook, call.actor, place);
    },
  }),
];

/** Both the default and the largest page (REST API 4). */
const MAXIMUM = 5;

function configurationOf(given: ParamValues<typeof PARAMS>) {
  return {
    url: given['Configuration.Url'],
    method: given['Configuration.Method'],
    filters: given['Configuration.Filters'],
    triggers: given['Configuration.Triggers'],
    flowSid: given['Configuration.FlowSid'],
  };
}

/** The webhook that the path names by SID, with its conversation. */
async function webhookAt(
  call: ServiceCall,
): Promise<{ conversation: ConversationRow; webhook: ConversationWebhookRow }> {
  const conversation = await conversationAt(call, 'ConversationSid');
  const webhook = await findConversationWebhook(call.context.read, conversation.id, call.path('Sid'));
  if (webhook === undefined) throw call.notFound();
  return { conversation, webhook };
}

function webhookView({ base, service, form }: ServiceCall, conversation: ConversationRow, row: ConversationWebhookRow) {
  return {
    sid: row.sid,
    account_sid: service.account_sid,
    // Absent in the short form (REST API 9): JSON leaves out what is undefined.
    chat_service_sid: form === 'service' ? service.sid : undefined,
    conversation_sid: conversation.sid,
    target: row.target,
    configuration: configurationView(row),
    date_created: isoSeconds(row.created_at),
    date_updated: isoSeconds(row.updated_at),
    url: `${base}/Conversations/${conversation.sid}/Webhooks/${row.sid}`,
  };
}

/** What the target has (webhooks 5). Keywords come back under both names. */
function configurationView({ target, url: address, method, filters, flow_sid, replay_after }: ConversationWebhookRow) {
  const list: unknown = filters === null ? undefined : JSON.parse(filters);
  return {
    ...(target === 'studio' ? { flow_sid } : { url: address, method, filters: list }),
    ...(target === 'trigger' && { triggers: list }),
    ...(replay_after !== null && { replay_after }),
  };
}
