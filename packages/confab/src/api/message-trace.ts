import { type DeliveryWithAttempts, usersById, webhookDeliveriesOf } from '../domain/index.ts';
import type { MessageTrace } from '../message-traces.ts';
import { messageAt } from './message-at.ts';
import { type Call, serviceOperation } from './operation.ts';

/** The way of one message: in, through this node, and out. Not of the original service. */
export const messageTraceOperations = [
  serviceOperation({
    id: 'FetchConversationMessageTrace',
    root: '/confab/v1',
    method: 'GET',
    path: '/Conversations/{ConversationSid}/Messages/{MessageSid}/Trace',
    status: 200,
    params: {},
    async handle(call) {
      const { conversation, row } = await messageAt(call, 'MessageSid');
      const { traces, connections, read } = call.context;
      const trace = traces?.find(row.sid);
      return {
        message_sid: row.sid,
        conversation_sid: conversation.sid,
        node: connections.node,
        received_at: time(trace?.receivedAt),
        committed_at: time(trace?.committedAt),
        heard_at: time(trace?.heardAt),
        deliveries: trace === undefined ? [] : await deliveriesOf(call, trace),
        more_deliveries: trace?.moreDeliveries ?? 0,
        webhooks: (await webhookDeliveriesOf(read, call.actor.account.id, row.sid)).map(webhookView),
      };
    },
  }),
];

/** Who it is that has the connection stands in the database only: who was erased is not named here, either. */
async function deliveriesOf({ context }: Call, { deliveries }: MessageTrace) {
  const users = await usersById(context.read, [...new Set(deliveries.map(({ userId }) => userId))]);
  return deliveries.map(({ connectionId, userId, writtenAt, acknowledgedAt }) => ({
    connection_id: connectionId,
    user_sid: users.get(userId)?.sid ?? null,
    identity: users.get(userId)?.identity ?? null,
    written_at: time(writtenAt),
    acknowledged_at: time(acknowledgedAt),
  }));
}

function webhookView({ delivery: { sid, event, target, state, created_at }, attempts }: DeliveryWithAttempts) {
  return {
    sid,
    event,
    target,
    state,
    date_created: time(created_at),
    attempts: attempts.map(({ outcome, status, started_at, duration_ms }) => ({
      outcome,
      status,
      started_at: time(started_at),
      duration_ms,
    })),
  };
}

function time(ms: number | null | undefined): string | null {
  return ms === null || ms === undefined ? null : new Date(ms).toISOString();
}
