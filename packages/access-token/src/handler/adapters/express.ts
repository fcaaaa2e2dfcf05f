import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TokenHandler } from '../types.ts';
import { answerNode } from './node.ts';

/** What is used of an Express request. */
export interface ExpressRequest extends IncomingMessage {
  /** The sender, with `trust proxy` taken into account. */
  readonly ip?: string | undefined;
}

/** Serves the endpoint with Express: `app.all('/token', toExpressHandler(handler))`. Behind a proxy, set `trust proxy`. */
export function toExpressHandler(handler: TokenHandler): (request: ExpressRequest, response: ServerResponse) => void {
  return (request, response) => {
    void answerNode(handler, request, response, { address: request.ip });
  };
}
