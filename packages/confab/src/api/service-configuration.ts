import { findServiceConfiguration, updateServiceConfiguration } from '../domain/index.ts';
import { type ServiceCall, serviceOperation } from './operation.ts';
import { flag, sid } from './params.ts';

/** REST API 9, "Service configuration". */
export const serviceConfigurationOperations = [
  serviceOperation({
    id: 'FetchServiceConfiguration',
    forms: ['service'],
    method: 'GET',
    path: '/Configuration',
    status: 200,
    params: {},
    handle: serviceConfigurationView,
  }),
  serviceOperation({
    id: 'UpdateServiceConfiguration',
    forms: ['service'],
    method: 'POST',
    path: '/Configuration',
    status: 200,
    params: {
      DefaultConversationCreatorRoleSid: sid('RL'),
      DefaultConversationRoleSid: sid('RL'),
      DefaultChatServiceRoleSid: sid('RL'),
      ReachabilityEnabled: flag,
    },
    async handle(call, given) {
      await call.context.execute(updateServiceConfiguration, call.actor, {
        service: call.service,
        serviceRoleSid: given.DefaultChatServiceRoleSid,
        conversationRoleSid: given.DefaultConversationRoleSid,
        creatorRoleSid: given.DefaultConversationCreatorRoleSid,
        reachabilityEnabled: given.ReachabilityEnabled,
      });
      return serviceConfigurationView(call);
    },
  }),
];

async function serviceConfigurationView(call: ServiceCall) {
  const row = await findServiceConfiguration(call.context.read, call.service);
  if (row === undefined) throw call.notFound();
  const url = `${call.base}/Configuration`;
  return {
    chat_service_sid: call.service.sid,
    default_conversation_creator_role_sid: row.creator_role_sid,
    default_conversation_role_sid: row.conversation_role_sid,
    default_chat_service_role_sid: row.service_role_sid,
    reachability_enabled: row.reachability_enabled,
    url,
    links: { notifications: `${url}/Notifications`, webhooks: `${url}/Webhooks` },
  };
}
