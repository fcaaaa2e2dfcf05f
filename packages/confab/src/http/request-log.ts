import type { FastifyReply, FastifyRequest } from 'fastify';
import { Histogram, type Registry } from 'prom-client';
import type { Logger } from '../logging.ts';

/** Routes that something asks for every few seconds: their lines would drown the others. */
const QUIET_ROUTES: ReadonlySet<string> = new Set(['/health', '/ready', '/metrics']);

/** Records an answered request under the pattern of its route; undefined if no route took it. */
export type RecordRequest = (request: FastifyRequest, reply: FastifyReply, route: string | undefined) => void;

/**
 * One log line and one observation for each answered request. Both name the route by its pattern: paths, queries, headers and bodies can
 * hold what must not be kept.
 */
export function requestRecorder(logger: Logger, metrics: Registry): RecordRequest {
  const durations = new Histogram({
    name: 'confab_http_request_duration_seconds',
    help: 'Duration of HTTP requests, by route',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [metrics],
  });
  return ({ method, id: requestId }, { statusCode: status, elapsedTime }, route = 'none') => {
    durations.observe({ method, route, status }, elapsedTime / 1000);
    const level = QUIET_ROUTES.has(route) ? 'debug' : 'info';
    const durationMs = Math.round(elapsedTime * 1000) / 1000;
    logger[level]({ requestId, method, route, status, durationMs }, 'request');
  };
}
