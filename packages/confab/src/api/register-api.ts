import formbody from '@fastify/formbody';
import type { FastifyInstance } from 'fastify';
import type { AccountActor } from '../domain/index.ts';
import { basicAuth } from '../http/index.ts';
import type { ApiContext } from './context.ts';
import { conversationOperations } from './conversations.ts';
import { createLookups } from './lookups.ts';
import { messageOperations } from './messages.ts';
import type { Form, Operation, OperationContext } from './operation.ts';
import type { Given } from './params.ts';
import { participantOperations } from './participants.ts';
import { serviceOperations } from './services.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls the REST API. Set before anything of the request is read. */
    account: AccountActor | null;
  }
}

/** Every operation that this release has. */
export const OPERATIONS: readonly Operation[] = [
  ...serviceOperations,
  ...conversationOperations,
  ...participantOperations,
  ...messageOperations,
];

/** Adds the REST API, `/v1/…`, to the application. */
export function registerApi(app: FastifyInstance, context: ApiContext): void {
  const requireAccount = basicAuth(context);
  const operationContext = { ...context, ...createLookups(context) };
  app.register(async (scope) => {
    // Parameters come as forms (REST API 3); other bodies get 415 rather than being taken for a request without parameters.
    scope.removeAllContentTypeParsers();
    await scope.register(formbody);
    scope.decorateRequest('account', null);
    scope.addHook('onRequest', async (request) => {
      request.account = await requireAccount(request);
    });
    for (const operation of OPERATIONS) {
      for (const form of operation.forms) addRoute(scope, operationContext, operation, form);
    }
  });
}

interface RestRoute {
  Params: Record<string, string>;
  Querystring: Given;
  Body: Given | undefined;
}

function addRoute(scope: FastifyInstance, context: OperationContext, operation: Operation, form: Form): void {
  const { method, path, status } = operation;
  scope.route<RestRoute>({
    method,
    url: `/v1${form === 'service' ? '/Services/:ChatServiceSid' : ''}${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
    async handler(request, reply) {
      if (request.account === null) throw new Error('The request was not authenticated.');
      reply.code(status);
      return operation.answer(context, {
        request,
        form,
        actor: request.account,
        path: request.params,
        given: (method === 'POST' ? request.body : request.query) ?? {},
      });
    },
  });
}
