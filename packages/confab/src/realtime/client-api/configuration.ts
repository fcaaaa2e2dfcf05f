import { servicesWithReachability } from '../../domain/index.ts';
import { objectName } from '../sync/object-sid.ts';
import type { TunnelResponse } from '../tunnel/tunnel-request.ts';
import type { ClientContext } from './context.ts';
import { clientUrls } from './urls.ts';

/** SDKs keep at most so many users subscribed (protocol 7.1; seen). */
const USER_INFOS_TO_SUBSCRIBE = 100;

const MEBIBYTE = 1024 * 1024;

/** `GET /Client/v2/Configuration`: who the client is and where everything else begins (protocol 7.1). */
export async function getConfiguration(context: ClientContext): Promise<TunnelResponse> {
  return { status: 200, body: await configurationOf(context) };
}

export async function configurationOf({ actor, read, limits, publicBase }: ClientContext) {
  const media = `${publicBase}/v1/Services/${actor.service.sid}`;
  const { id } = actor.service;
  return {
    identity: actor.user.identity,
    url: clientUrls.configuration,
    links: {
      my_conversations: clientUrls.myConversations,
      conversations: clientUrls.conversations,
      users: clientUrls.users,
      current_user: clientUrls.user(actor.user.identity),
      typing: clientUrls.typing,
      media_service: `${media}/Media`,
      media_set_service: `${media}/MediaSet`,
      messages_receipts: clientUrls.messagesReceipts,
    },
    sync_objects: {
      my_conversations: objectName('memberships', actor.user.sid),
      my_user_info: objectName('user_info', actor.user.sid),
    },
    options: {
      reachability_enabled: (await servicesWithReachability(read, [id])).has(id),
      user_infos_to_subscribe: USER_INFOS_TO_SUBSCRIBE,
      // One second, as the original has it; zero would start a zero-delay timer in clients (protocol 13, no. 22).
      http_cache_interval: 'PT1S',
      consumption_report_interval: 'PT1S',
      my_conversations_page_size: limits.pageSizeMaximum,
      media_attachments_count_limit: limits.mediaFilesPerMessage,
      media_attachment_size_limit_in_mb: limits.mediaBytesPerMessage / MEBIBYTE,
      media_attachments_total_size_limit_in_mb: limits.mediaBytesPerMessage / MEBIBYTE,
      email_histories_allowed_mime_types: ['text/plain', 'text/html'],
      email_bodies_allowed_mime_types: ['text/plain', 'text/html'],
    },
  };
}
