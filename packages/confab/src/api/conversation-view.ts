import type { ConversationRow } from '../domain/index.ts';
import { isoSeconds } from './dates.ts';
import type { ServiceCall } from './operation.ts';

export function conversationView({ base, service }: Pick<ServiceCall, 'base' | 'service'>, row: ConversationRow) {
  const url = `${base}/Conversations/${row.sid}`;
  return {
    sid: row.sid,
    account_sid: service.account_sid,
    chat_service_sid: service.sid,
    messaging_service_sid: row.messaging_service_sid,
    friendly_name: row.friendly_name,
    unique_name: row.unique_name,
    attributes: row.attributes,
    date_created: isoSeconds(row.created_at),
    date_updated: isoSeconds(row.updated_at),
    state: row.state,
    timers: timersView(row),
    bindings: bindingsView(row),
    url,
    links: { participants: `${url}/Participants`, messages: `${url}/Messages`, webhooks: `${url}/Webhooks` },
  };
}

/** When the timers that are set will fire: empty, never null (REST API 4, lifecycle 1). */
export function timersView({ inactive_at, closed_at }: ConversationRow) {
  return {
    ...(inactive_at !== null && { date_inactive: isoSeconds(inactive_at) }),
    ...(closed_at !== null && { date_closed: isoSeconds(closed_at) }),
  };
}

/** Named otherwise than the parameters (REST API 4). */
function bindingsView({ email_address, email_name }: ConversationRow) {
  if (email_address === null && email_name === null) return {};
  return { email: { projected_address: email_address, name: email_name } };
}
