import type { FastifyInstance } from 'fastify';
import { Histogram } from 'prom-client';
import type { HttpContext } from './context.ts';

/** Routes that something asks for every few seconds: their lines would drown the others. */
const QUIET_ROUTES: ReadonlySet<string> = new Set(['/health', '/ready', '/metrics']);

/**
 * One log line and one observation for each answered request. Both name the route by its pattern: paths, queries, headers and bodies can
 * hold what must not be kept.
 */
export function recordRequests(app: FastifyInstance, { logger, metrics }: HttpContext): void {
  const durations = new Histogram({
    name: 'confab_http_request_duration_seconds',
    help: 'Duration of HTTP requests, by route',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [metrics],
  });

  app.addHook('onResponse', (request, reply, done) => {
    const { method, id: requestId } = request;
    const route = request.routeOptions.url ?? 'none';
    const status = reply.statusCode;
    const elapsed = reply.elapsedTime;
    durations.observe({ method, route, status }, elapsed / 1000);
    const level = QUIET_ROUTES.has(route) ? 'debug' : 'info';
    logger[level]({ requestId, method, route, status, durationMs: Math.round(elapsed * 1000) / 1000 }, 'request');
    done();
  });
}
