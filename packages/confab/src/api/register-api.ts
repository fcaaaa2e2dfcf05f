import formbody from '@fastify/formbody';
import type { FastifyInstance } from 'fastify';
import type { AccountActor } from '../domain/index.ts';
import { requirePermission, resourceNotFound } from '../http/index.ts';
import { accountKeyOperations } from './account-keys.ts';
import { accountOperations } from './accounts.ts';
import { addressConfigurationOperations } from './address-configurations.ts';
import { applyOnce } from './apply-once.ts';
import { auditLogOperations } from './audit-log.ts';
import { authTokenOperations } from './auth-tokens.ts';
import { bindingOperations } from './bindings.ts';
import { channelMetadataOperations } from './channel-metadata.ts';
import { configurationOperations } from './configuration.ts';
import { connectionOperations } from './connections.ts';
import { contentOperations } from './contents.ts';
import type { ApiContext } from './context.ts';
import { conversationWebhookOperations } from './conversation-webhooks.ts';
import { conversationWithParticipantsOperations } from './conversation-with-participants.ts';
import { conversationOperations } from './conversations.ts';
import { credentialOperations } from './credentials.ts';
import { addDescriptionRoutes } from './description/routes.ts';
import { erasureOperations } from './erasures.ts';
import { addEventStream } from './event-stream.ts';
import { exportOperations } from './exports.ts';
import { acceptJson } from './json-body.ts';
import { keyDetailOperations } from './key-details.ts';
import { keyOperations } from './keys.ts';
import { createLookups } from './lookups.ts';
import { messageTraceOperations } from './message-trace.ts';
import { messageOperations } from './messages.ts';
import type { Form, Operation, OperationContext, RestRequest } from './operation.ts';
import type { Given } from './params.ts';
import { participantConversationOperations } from './participant-conversations.ts';
import { participantOperations } from './participants.ts';
import { receiptOperations } from './receipts.ts';
import { retentionOperations } from './retention.ts';
import { roleOperations } from './roles.ts';
import { searchOperations } from './search.ts';
import { serviceConfigurationOperations } from './service-configuration.ts';
import { serviceNotificationOperations } from './service-notifications.ts';
import { serviceOperations } from './services.ts';
import { sessionOperations } from './sessions.ts';
import { tapOperations } from './taps.ts';
import { tokenOperations } from './tokens.ts';
import { userConversationOperations } from './user-conversations.ts';
import { userOperations } from './users.ts';
import { webhookConfigurationOperations } from './webhook-configuration.ts';
import { webhookDeliveryOperations } from './webhook-deliveries.ts';
import { webhookEventOperations } from './webhook-events.ts';
import { asksForWebhooks, withWebhooks } from './webhooks-enabled.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls the REST API. Set before anything of the request is read. */
    account: AccountActor | null;
  }
}

/** Every operation that this release has. */
export const OPERATIONS: readonly Operation[] = [
  ...serviceOperations,
  ...configurationOperations,
  ...serviceConfigurationOperations,
  ...serviceNotificationOperations,
  ...webhookConfigurationOperations,
  ...bindingOperations,
  ...addressConfigurationOperations,
  ...credentialOperations,
  ...contentOperations,
  ...conversationOperations,
  ...conversationWithParticipantsOperations,
  ...conversationWebhookOperations,
  ...participantOperations,
  ...participantConversationOperations,
  ...messageOperations,
  ...messageTraceOperations,
  ...receiptOperations,
  ...channelMetadataOperations,
  ...searchOperations,
  ...userOperations,
  ...userConversationOperations,
  ...roleOperations,
  ...keyOperations,
  ...accountOperations,
  ...accountKeyOperations,
  ...keyDetailOperations,
  ...authTokenOperations,
  ...auditLogOperations,
  ...sessionOperations,
  ...tokenOperations,
  ...webhookDeliveryOperations,
  ...webhookEventOperations,
  ...connectionOperations,
  ...tapOperations,
  ...erasureOperations,
  ...exportOperations,
  ...retentionOperations,
];

/** Adds the REST API and its description to the application. */
export function registerApi(app: FastifyInstance, context: ApiContext): void {
  const operationContext = { ...context, ...createLookups(context) };
  addDescriptionRoutes(app, context.config, OPERATIONS);
  app.register(async (scope) => {
    // Parameters come as forms (REST API 3); other bodies get 415 rather than being taken for a request without parameters.
    scope.removeAllContentTypeParsers();
    await scope.register(formbody);
    scope.decorateRequest('account', null);
    scope.addHook('onRequest', async (request) => {
      request.account = await app.requireAccount(request);
    });
    if (context.events !== undefined) addEventStream(scope, app, context, context.events);
    const withJson: Operation[] = [];
    for (const operation of OPERATIONS) {
      if (operation.json) withJson.push(operation);
      else for (const form of operation.forms) addRoute(scope, operationContext, operation, form);
    }
    await scope.register(async (jsonScope) => {
      acceptJson(jsonScope);
      for (const operation of withJson) {
        for (const form of operation.forms) addRoute(jsonScope, operationContext, operation, form);
      }
    });
  });
}

interface RestRoute {
  Params: Record<string, string>;
  Querystring: Given;
  Body: Given | undefined;
}

/** The ending of paths in the older API. A router's parameter is a whole segment, so that it takes the ending for a part of the value. */
const JSON_ENDING = /\{(\w+)\}\.json$/;

function addRoute(scope: FastifyInstance, operationContext: OperationContext, operation: Operation, form: Form): void {
  const { method, root, path, status } = operation;
  const ended = JSON_ENDING.exec(path)?.[1];
  const answer = applyOnce(operation, OPERATIONS);
  const segments = path.replace(JSON_ENDING, '{$1}').replaceAll(/\{(\w+)\}/g, ':$1');
  scope.route<RestRoute>({
    method,
    url: `${root}${form === 'service' ? '/Services/:ChatServiceSid' : ''}${segments}`,
    async handler(request, reply) {
      if (request.account === null) throw new Error('The request was not authenticated.');
      requirePermission(request.account, operation.permission);
      const values = ended === undefined ? request.params : withoutEnding(request.params, ended);
      if (values === undefined) throw resourceNotFound(request);
      reply.code(status);
      const given = (method === 'POST' ? request.body : request.query) ?? {};
      const answerWith: RestRequest['answerWith'] = (other) => void reply.code(other);
      const context = asksForWebhooks(request) ? withWebhooks(operationContext) : operationContext;
      return answer(context, { request, form, actor: request.account, path: values, given, answerWith }, reply);
    },
  });
}

function withoutEnding(params: Record<string, string>, name: string): Record<string, string> | undefined {
  const value = params[name];
  return value?.endsWith('.json') ? { ...params, [name]: value.slice(0, -'.json'.length) } : undefined;
}
