import type { FastifyInstance } from 'fastify';
import { addPages } from './pages.ts';
import type { ConsoleContext } from './session-cookie.ts';
import { addSessionRoutes } from './session-routes.ts';

/** The web console at `/console`: its pages, and the session that its requests to the REST API come with. */
export function addConsole(app: FastifyInstance, context: ConsoleContext): void {
  app.register(async (scope) => addSessionRoutes(scope, context));
  app.register(async (scope) => addPages(scope, context.logger));
}
