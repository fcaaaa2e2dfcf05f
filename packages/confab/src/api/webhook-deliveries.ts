import {
  findWebhookDelivery,
  listWebhookAttempts,
  listWebhookDeliveries,
  redeliverWebhook,
  targetTrouble,
  type WebhookAttemptRow,
  type WebhookDeliveryRow,
} from '../domain/index.ts';
import { webhookContent } from '../webhooks/index.ts';
import { accountOperation, type Call } from './operation.ts';
import { PAGE_PARAMS, page } from './paging.ts';
import { flag, oneOf, sid, text } from './params.ts';

const ALL = '/WebhookDeliveries';
const ONE = `${ALL}/{Sid}`;

/** What was sent to webhooks after events, and what they answered. Not of the original service. */
export const webhookDeliveryOperations = [
  accountOperation({
    id: 'ListWebhookDelivery',
    root: '/confab/v1',
    method: 'GET',
    path: ALL,
    status: 200,
    params: {
      State: oneOf(['waiting', 'delivered', 'failed']),
      Late: flag,
      Target: text,
      Event: text,
      ConversationSid: sid('CH'),
      ...PAGE_PARAMS,
    },
    handle(call, given) {
      const { State: state, Late: late, Target: target, Event: event, ConversationSid: conversationSid } = given;
      const { read, limits } = call.context;
      return page(given, limits, {
        key: 'webhook_deliveries',
        url: `${call.base}${ALL}`,
        filters: {
          State: state,
          Late: late === undefined ? undefined : String(late),
          Target: target,
          Event: event,
          ConversationSid: conversationSid,
        },
        order: 'desc',
        rows: (range) =>
          listWebhookDeliveries(read, call.actor.account.id, { state, late, target, event, conversationSid }, range),
        keyOf: (row) => row.id,
        view: (row) => deliveryView(call, row),
      });
    },
  }),
  accountOperation({
    id: 'FetchWebhookDelivery',
    root: '/confab/v1',
    method: 'GET',
    path: ONE,
    status: 200,
    params: {},
    async handle(call) {
      const { read } = call.context;
      const row = await findWebhookDelivery(read, call.actor.account.id, call.path('Sid'));
      if (row === undefined) throw call.notFound();
      const parameters = await webhookContent(read, row);
      const attempts = await listWebhookAttempts(read, row.id);
      const { failures, pausedUntil } = await targetTrouble(read, row.target);
      return {
        ...deliveryView(call, row),
        parameters: parameters === undefined ? null : Object.fromEntries(parameters),
        attempts: attempts.map(attemptView),
        target_failures: failures,
        target_paused_until: pausedUntil > call.context.clock.now() ? time(pausedUntil) : null,
      };
    },
  }),
  accountOperation({
    id: 'RedeliverWebhookDelivery',
    root: '/confab/v1',
    method: 'POST',
    path: `${ONE}/Redeliver`,
    status: 202,
    params: {},
    async handle(call) {
      const row = await call.context.execute(redeliverWebhook, call.actor, { sid: call.path('Sid') });
      call.context.wakeWebhooks();
      return deliveryView(call, row);
    },
  }),
];

function deliveryView(call: Call, row: WebhookDeliveryRow) {
  return {
    sid: row.sid,
    account_sid: call.actor.account.sid,
    target: row.target,
    conversation_sid: row.conversation_sid,
    event: row.event,
    state: row.state,
    late: row.late === 1,
    tries: row.tries,
    webhook_url: withoutSecrets(row.url),
    webhook_method: row.method,
    date_created: time(row.created_at),
    date_updated: time(row.updated_at),
    url: `${call.base}${ALL}/${row.sid}`,
  };
}

function attemptView(row: WebhookAttemptRow) {
  return {
    number: row.number,
    outcome: row.outcome,
    status: row.status,
    reason: row.reason,
    answer: row.answer,
    started_at: time(row.started_at),
    duration_ms: row.duration_ms,
  };
}

/** To the millisecond: one wants to see what came before what. */
const time = (ms: number) => new Date(ms).toISOString();

/** Login, query and fragment are where secrets are. */
function withoutSecrets(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? '' : `${parsed.origin}${parsed.pathname}`;
}
