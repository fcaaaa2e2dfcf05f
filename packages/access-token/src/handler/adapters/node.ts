import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Sender, TokenHandler } from '../types.ts';

/** No Request can be made with these (Fetch, forbidden methods). GET stands for them: the endpoint refuses it just the same. */
const UNKNOWN_TO_FETCH: ReadonlySet<string> = new Set(['CONNECT', 'TRACE', 'TRACK']);

/** Serves the endpoint with Node's `http`: `createServer(toNodeListener(handler))`, or from a listener of your own that knows the path. */
export function toNodeListener(handler: TokenHandler): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    void answerNode(handler, request, response, { address: request.socket.remoteAddress });
  };
}

/** Answers a request of Node's `http` and of what is built on it. */
export async function answerNode(
  handler: TokenHandler,
  request: IncomingMessage,
  response: ServerResponse,
  sender: Sender,
): Promise<void> {
  const answer = await handler(toWebRequest(request), sender);
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(await answer.text());
}

/**
 * The request without its body, which a token endpoint has no use for. Headers as they came: one that is repeated stays so, rather than
 * being cut to the first. The URL is that of the path alone: what stands in Host is the sender's own word.
 */
export function toWebRequest({ method = 'GET', url = '/', rawHeaders }: IncomingMessage): Request {
  const headers = new Headers();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    // Pseudo-headers of HTTP/2 are no fields.
    if (!name.startsWith(':')) headers.append(name, value);
  }
  const path = url.startsWith('/') ? url : '/';
  return new Request(`http://localhost${path}`, { method: UNKNOWN_TO_FETCH.has(method) ? 'GET' : method, headers });
}
