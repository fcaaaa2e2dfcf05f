import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Config } from '../config/index.ts';
import { isBesideMedia, isRequestHostAllowed, mediaOriginFor } from '../http/index.ts';
import type { Logger } from '../logging.ts';
import { type Realtime, SOCKET_PATH } from '../realtime/index.ts';

/** Hands WebSocket upgrades to the realtime half, under the same host rule as every request (design 5). */
export function attachUpgrade(server: Server, realtime: Realtime, config: Config, logger: Logger): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', (error) => logger.debug({ reason: error.message }, 'upgrade socket error'));
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    if (!isRequestHostAllowed(request, config) || isBesideMedia(request, path, config))
      refuse(socket, 421, 'Misdirected Request');
    else if (path !== SOCKET_PATH) refuse(socket, 404, 'Not Found');
    else realtime.upgrade(request, socket, head, mediaOriginFor(request, config));
  });
}

function refuse(socket: Duplex, status: number, phrase: string): void {
  socket.end(`HTTP/1.1 ${status} ${phrase}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
