import type { FastifyRequest } from 'fastify';
import type { OperationContext } from './operation.ts';

/** What REST calls do is told to webhooks only when they ask for it: else an answer to a webhook would cause the next (webhooks 2). */
export function asksForWebhooks({ headers }: FastifyRequest): boolean {
  return String(headers['x-twilio-webhook-enabled'] ?? '').toLowerCase() === 'true';
}

/** The context of a request that asks for webhooks. */
export function withWebhooks(context: OperationContext): OperationContext {
  return {
    ...context,
    execute: (command, actor, input, options) => context.execute(command, actor, input, { ...options, webhooks: true }),
  };
}
