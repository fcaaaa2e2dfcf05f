import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface HttpService {
  url: string;
  /** The requests so far: method, target and headers. */
  requests: { method: string | undefined; target: string | undefined; headers: IncomingMessage['headers'] }[];
  /** How it answers; tests may change it. */
  answer: (request: IncomingMessage, response: ServerResponse) => void;
  stop(): Promise<void>;
}

/** A server of somebody else, on loopback. */
export async function startHttpService(answer: HttpService['answer']): Promise<HttpService> {
  const server = createServer((request, response) => {
    service.requests.push({ method: request.method, target: request.url, headers: request.headers });
    service.answer(request, response);
  });
  const service: HttpService = {
    url: '',
    requests: [],
    answer,
    async stop() {
      server.closeAllConnections();
      server.close();
    },
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  service.url = `http://127.0.0.1:${address.port}`;
  return service;
}

/** Writes without end, as long as somebody reads. */
export function pour(response: ServerResponse): void {
  const chunk = 'x'.repeat(16_384);
  const write = (): void => {
    if (!response.destroyed) response.write(chunk, () => setImmediate(write));
  };
  write();
}
