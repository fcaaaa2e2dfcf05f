import { configurationOf } from '../client-api/configuration.ts';
import type { ClientContext } from '../client-api/context.ts';
import { clientUrls, pathOf } from '../client-api/urls.ts';

/** Where SDK 1.2 asks for what newer ones find under `/Client/v2`. The text is ours to choose; it joins a host to it (protocol 16.3). */
export const SESSION_PATHS = {
  channels: '/Client/v1/Conversations',
  myChannels: '/Client/v1/MyConversations',
  syncList: '/Client/v1/SyncList',
  users: '/Client/v1/Users',
  /** Fixed in the SDK. */
  typing: '/v1/typing',
} as const;

/** The same as the configuration of newer SDKs, in the words of a session (protocol 16.3). */
export async function sessionContext(context: ClientContext): Promise<object> {
  const { identity, sync_objects: objects, options } = await configurationOf(context);
  return {
    identity,
    userInfo: objects.my_user_info,
    myChannels: objects.my_conversations,
    // The SDK looks whether it is there, and for nothing in it.
    channels: objects.my_conversations,
    reachabilityEnabled: options.reachability_enabled,
    userInfosToSubscribe: options.user_infos_to_subscribe,
    consumptionReportInterval: options.consumption_report_interval,
    httpCacheInterval: options.http_cache_interval,
    links: {
      publicChannelsUrl: SESSION_PATHS.channels,
      myChannelsUrl: SESSION_PATHS.myChannels,
      typingUrl: SESSION_PATHS.typing,
      syncListUrl: SESSION_PATHS.syncList,
      usersUrl: SESSION_PATHS.users,
      messagesReceiptsUrl: pathOf(clientUrls.messagesReceipts),
      mediaServiceUrl: `/v1/Services/${context.actor.service.sid}/Media`,
    },
  };
}
