import { type AccountConfiguration, findAccountConfiguration, updateConfiguration } from '../domain/index.ts';
import { accountOperation, type Call } from './operation.ts';
import { clearable, sid, text } from './params.ts';

/** REST API 9, "Configuration". */
export const configurationOperations = [
  accountOperation({
    id: 'FetchConfiguration',
    method: 'GET',
    path: '/Configuration',
    status: 200,
    params: {},
    async handle(call) {
      return configurationView(call, await findAccountConfiguration(call.context.read, call.actor.account.id));
    },
  }),
  accountOperation({
    id: 'UpdateConfiguration',
    method: 'POST',
    path: '/Configuration',
    status: 200,
    params: {
      DefaultChatServiceSid: sid('IS'),
      DefaultMessagingServiceSid: clearable(sid('MG')),
      DefaultInactiveTimer: text,
      DefaultClosedTimer: text,
    },
    async handle(call, given) {
      const configuration = await call.context.execute(updateConfiguration, call.actor, {
        chatServiceSid: given.DefaultChatServiceSid,
        messagingServiceSid: given.DefaultMessagingServiceSid,
        inactiveTimer: given.DefaultInactiveTimer,
        closedTimer: given.DefaultClosedTimer,
      });
      return configurationView(call, configuration);
    },
  }),
];

function configurationView({ base, actor }: Call, configuration: AccountConfiguration) {
  const url = `${base}/Configuration`;
  return {
    account_sid: actor.account.sid,
    default_chat_service_sid: configuration.default_chat_service_sid,
    default_messaging_service_sid: configuration.default_messaging_service_sid,
    default_inactive_timer: configuration.default_inactive_timer,
    default_closed_timer: configuration.default_closed_timer,
    url,
    links: {
      service: `${base}/Services/${configuration.default_chat_service_sid}/Configuration`,
      webhooks: `${url}/Webhooks`,
    },
  };
}
