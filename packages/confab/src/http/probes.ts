import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { instanceName } from '../domain/index.ts';
import type { HttpContext } from './context.ts';
import { databaseProbe } from './database-probe.ts';
import { isDirectFromLoopback } from './local-caller.ts';
import { requirePermission } from './require-permission.ts';

/** What tells operators and their machines how the server does: `/health`, `/ready`, `/metrics`. */
export function addProbes(app: FastifyInstance, context: HttpContext): void {
  const readableEpoch = databaseProbe(context.read);

  app.get('/health', async () => ({ status: 'ok' }));

  app.get('/ready', async (_request, reply) => {
    const epoch = context.isReady() ? await readableEpoch() : undefined;
    // Tells an operator whether it is the server that they think it is.
    if (epoch !== undefined) return { status: 'ready', instance: instanceName(epoch) };
    return reply.code(503).send({ status: 'not ready' });
  });

  app.get('/metrics', async (request, reply) => {
    const open = context.config.dev && isDirectFromLoopback(request);
    if (!open) requirePermission(await app.requireAccount(request), 'metrics/read');
    const registry = Registry.merge([processMetrics(), context.metrics]);
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}

let ofProcess: Registry | undefined;

/** Collected once, however many servers the process embeds: the collectors hook into the runtime and cannot be taken out again. */
function processMetrics(): Registry {
  if (ofProcess === undefined) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess });
  }
  return ofProcess;
}
