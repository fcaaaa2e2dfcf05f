import formbody from '@fastify/formbody';
import { fastify } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';
import type { MessageRow } from '../../packages/confab/src/store/index.ts';
import { openMessageStore } from './commit-message.ts';

/**
 * What Confab is compared with: a bare Fastify handler and a bare `ws` server that commit a message and send it to everyone who is
 * connected, one JSON frame for each, stringified once. No credentials, no checks, no protocol.
 *
 * node message-server.ts FOLDER
 */
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('FOLDER is missing');

/** Acknowledgements are shorter, and are not worth a parse. */
const SHORTEST_SEND = 32;

const store = await openMessageStore(folder);
const sockets = new Set<WebSocket>();

async function sendMessage(body: string): Promise<MessageRow> {
  const row = await store.commitMessage(body);
  if (sockets.size > 0) {
    const frame = Buffer.from(JSON.stringify({ type: 'message.added', message: row }));
    for (const socket of sockets) socket.send(frame, { binary: false });
  }
  return row;
}

const app = fastify();
await app.register(formbody);
app.post<{ Body: { Body: string } }>('/messages', async (request, reply) => {
  const row = await sendMessage(request.body.Body);
  reply.code(201);
  return row;
});

const webSockets = new WebSocketServer({ server: app.server, perMessageDeflate: false });
let acknowledged = 0;
webSockets.on('connection', (socket) => {
  sockets.add(socket);
  socket.on('message', async (data) => {
    if (Buffer.isBuffer(data) && data.length < SHORTEST_SEND) {
      acknowledged += 1;
      return;
    }
    const { send, body }: { send: number; body: string } = JSON.parse(data.toString());
    await sendMessage(body);
    socket.send(JSON.stringify({ sent: send }));
  });
  socket.on('close', () => sockets.delete(socket));
});

await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`listening on ${app.listeningOrigin}\n`);
process.once('SIGTERM', async () => {
  for (const socket of sockets) socket.terminate();
  await app.close();
  await store.close();
  process.stderr.write(`${acknowledged} acknowledgements\n`);
});
