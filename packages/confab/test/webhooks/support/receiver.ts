import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface ReceivedHook {
  method: string;
  /** Path and query, as received. */
  target: string;
  headers: IncomingMessage['headers'];
  body: string;
  /** Of the form, or of the query in a GET. */
  params: Record<string, string>;
}

export interface Receiver {
  url: string;
  port: number;
  received: ReceivedHook[];
  /** Resolves when so many have come. */
  has(count: number): Promise<void>;
  /** What comes from now on is answered so. */
  answer(with_: Answer): void;
}

type Answer = (response: ServerResponse, hook: ReceivedHook) => void;

/** An operator's program that takes hooks; answers 200 until told otherwise. Stopped with the test. To be called in a test. */
export async function startReceiver(host = '127.0.0.1', port = 0): Promise<Receiver> {
  const received: ReceivedHook[] = [];
  const waiting = new Set<() => void>();
  let answer: Answer = (response) => response.end();
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const target = request.url ?? '';
    const form = request.method === 'GET' ? (target.split('?')[1] ?? '') : body;
    const params = Object.fromEntries(new URLSearchParams(form));
    const hook = { method: request.method ?? '', target, headers: request.headers, body, params };
    received.push(hook);
    for (const look of waiting) look();
    answer(response, hook);
  });
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${bound}`,
    port: bound,
    received,
    has: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (received.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    answer(next) {
      answer = next;
    },
  };
}
