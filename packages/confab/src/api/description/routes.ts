import type { FastifyInstance } from 'fastify';
import type { Config } from '../../config/index.ts';
import { originFor } from '../../http/index.ts';
import type { Operation } from '../operation.ts';
import { describe } from './describe.ts';
import { openApi } from './open-api.ts';
import { PAGE_SECURITY, referencePage } from './page.ts';

/** Stands for the URL that the caller used. */
const SERVER = 'server:';

/**
 * `/openapi.json` and `/docs`: what the API can do, made from the operations that it serves. Open to everybody: they hold nothing that is
 * not in the source, and who writes a client has no credentials yet.
 */
export function addDescriptionRoutes(app: FastifyInstance, config: Config, operations: readonly Operation[]): void {
  const described = operations.flatMap(describe);
  const document = JSON.stringify(openApi(described, { server: SERVER }));
  const page = referencePage(described);

  app.get('/openapi.json', async (request, reply) =>
    reply
      .type('application/json; charset=utf-8')
      .header('Access-Control-Allow-Origin', '*')
      .send(document.replace(JSON.stringify(SERVER), JSON.stringify(originFor(request.raw, config)))),
  );
  app.get('/docs', async (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .headers({ 'Content-Security-Policy': PAGE_SECURITY, 'Referrer-Policy': 'no-referrer' })
      .send(page),
  );
}
