import type { FastifyInstance } from 'fastify';
import { answerClientError } from './client-error.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route has bodies that may take long, and bounds them itself. */
    longBody?: boolean;
  }
}

/** A body has to arrive within this: who sends byte by byte does not keep a connection. */
export const BODY_MS = 60_000;

/** Ends requests whose bodies take too long. The server's own limit would be one for all routes, and uploads take longer. */
export function limitBodyTime(app: FastifyInstance, bodyMs: number = BODY_MS): void {
  app.addHook('onRequest', ({ raw, routeOptions }, _reply, done) => {
    const { headers } = raw;
    const hasBody = headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
    if (hasBody && !raw.complete && routeOptions.config.longBody !== true) {
      const timer = setTimeout(() => {
        if (raw.complete) return;
        const error = Object.assign(new Error('The body came too slowly.'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
        answerClientError(error, raw.socket);
        raw.socket.destroySoon();
      }, bodyMs).unref();
      // Whichever comes first: requests that come without a network are never closed.
      for (const over of ['end', 'close']) raw.once(over, () => clearTimeout(timer));
    }
    done();
  });
}
