import type { IncomingMessage } from 'node:http';
import type { TokenHandler } from '../types.ts';
import { toWebRequest } from './node.ts';

/** What is used of a Fastify request. */
export interface FastifyRequest {
  readonly raw: IncomingMessage;
  /** The sender, with `trustProxy` taken into account. */
  readonly ip: string;
  readonly id: string;
}

/** What is used of a Fastify reply. */
export interface FastifyReply {
  code(status: number): FastifyReply;
  headers(values: Record<string, string>): FastifyReply;
  send(body: string): unknown;
}

/** Serves the endpoint with Fastify: `app.all('/token', toFastifyHandler(handler))`. Behind a proxy, set `trustProxy`. */
export function toFastifyHandler(
  handler: TokenHandler,
): (request: FastifyRequest, reply: FastifyReply) => Promise<unknown> {
  return async (request, reply) => {
    const answer = await handler(toWebRequest(request.raw), { address: request.ip, requestId: request.id });
    return reply
      .code(answer.status)
      .headers(Object.fromEntries(answer.headers))
      .send(await answer.text());
  };
}
