import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

/**
 * What Confab's memory is compared with: a bare `ws` server that keeps the names each client subscribes to, and nothing else.
 * A client sends one JSON array of names. Listens on PORT, or on a free port.
 */
const server = createServer();
const webSockets = new WebSocketServer({ server, perMessageDeflate: false });
webSockets.on('connection', (socket) => {
  const subscriptions = new Map<string, { position: number }>();
  socket.on('message', (data) => {
    const names: unknown = JSON.parse(data.toString());
    if (Array.isArray(names)) for (const name of names) subscriptions.set(String(name), { position: 0 });
    socket.send(JSON.stringify({ subscriptions: subscriptions.size }));
  });
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`listening on http://127.0.0.1:${port}\n`);
});
process.once('SIGTERM', () => {
  for (const socket of webSockets.clients) socket.terminate();
  webSockets.close();
  server.close();
});
