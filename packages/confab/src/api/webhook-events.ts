import { accountOperation } from './operation.ts';
import { integer, parsed } from './params.ts';

/** Seconds for which an answer is kept waiting at most: below what proxies give a request. */
const LONGEST_WAIT = 25;

const position = parsed(
  { type: 'string', description: 'The `next` of the answer before.' },
  'must be the next of the answer before',
  (text) => {
    const [, transactionId, id] = /^([0-9]{1,15})\.([0-9]{1,15})$/.exec(text) ?? [];
    return id === undefined ? undefined : { transactionId: Number(transactionId), id: Number(id) };
  },
);

/** What webhooks are told, for who reads it instead of being sent it (`confab listen`). Not of the original service. */
export const webhookEventOperations = [
  accountOperation({
    id: 'FetchWebhookEvents',
    root: '/confab/v1',
    method: 'GET',
    path: '/WebhookEvents',
    status: 200,
    params: { After: position, Wait: integer({ minimum: 0 }) },
    async handle(call, { After: after, Wait: wait = 0 }) {
      const { notices, next } = await call.context.hooksAfter({
        accountId: call.actor.account.id,
        after,
        waitMs: Math.min(wait, LONGEST_WAIT) * 1000,
      });
      return {
        events: notices.map(({ event, parameters }) => ({ event, parameters: Object.fromEntries(parameters) })),
        next: `${next.transactionId}.${next.id}`,
      };
    },
  }),
];
