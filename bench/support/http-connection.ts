import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface HttpAnswer {
  status: number;
  body: string;
}

/** A kept-alive connection that carries one request at a time. As thin as can be, so that the server is what is measured. */
export interface HttpConnection {
  /** Sends a request that was written with `formRequest`. Rejects when the connection ends or is silent for too long. */
  send(request: string): Promise<HttpAnswer>;
  close(): void;
}

const SILENCE_MS = 15_000;
const END_OF_HEAD = Buffer.from('\r\n\r\n');

/** The bytes of a request without a body. */
export function bareRequest(method: 'GET' | 'DELETE', path: string, authorization: string): string {
  return `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${authorization}\r\n\r\n`;
}

/** The bytes of a POST with a form body. `body` must be ASCII, as percent-encoded forms are. */
export function formRequest(path: string, authorization: string, body: string): string {
  return (
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${authorization}\r\n` +
    `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  );
}

export async function openHttpConnection(port: number): Promise<HttpConnection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return overSocket(socket);
}

function overSocket(socket: Socket): HttpConnection {
  let received: Buffer = Buffer.alloc(0);
  let waiting: { resolve(answer: HttpAnswer): void; reject(error: Error): void } | undefined;
  const fail = (error: Error): void => {
    waiting?.reject(error);
    waiting = undefined;
  };
  socket.setTimeout(SILENCE_MS, () => {
    if (waiting !== undefined) socket.destroy(new Error('The server did not answer in time.'));
  });
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('The server closed the connection.')));
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const answer = parse(received);
    if (answer === undefined) return;
    received = Buffer.alloc(0);
    const { resolve } = waiting ?? {};
    waiting = undefined;
    resolve?.(answer);
  });
  return {
    send(request) {
      if (socket.destroyed) return Promise.reject(new Error('The server has closed the connection.'));
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(request, 'latin1');
      });
    },
    close: () => socket.destroy(),
  };
}

/** The answer, once all of it is there. Both servers send a Content-Length. */
function parse(received: Buffer): HttpAnswer | undefined {
  const end = received.indexOf(END_OF_HEAD);
  if (end === -1) return undefined;
  const head = received.toString('latin1', 0, end);
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
  const start = end + END_OF_HEAD.length;
  if (received.length < start + length) return undefined;
  return { status: Number(head.slice(9, 12)), body: received.toString('utf8', start, start + length) };
}
