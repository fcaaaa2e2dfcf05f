import type { SyncObject } from '../../domain/index.ts';
import { channelData, isoTime } from './item-data.ts';
import { userInfoItems } from './item-source.ts';
import { objectName, objectSid, syncType } from './object-sid.ts';
import type { ReadableObject } from './resolve-object.ts';
import { revisionOf } from './revision.ts';
import { itemsUrl, objectUrl } from './urls.ts';

/**
 * A Sync object as clients open it (protocol 6.2). `last_event_id` is never newer than the items that are served after it (protocol 13,
 * no. 18): both come from committed data, and items are read later.
 */
export function descriptor(readable: ReadableObject, includeItems: boolean): object {
  if ('conversation' in readable) {
    const { object, conversation: row } = readable;
    const { sid, service_sid } = object.conversation;
    const updatedAt = Math.max(row.updated_at, row.last_message_at ?? 0);
    const event = { channel: row.channel_event, messages: row.messages_event, roster: row.roster_event }[object.kind];
    const fields = common(object, sid, service_sid, event, row.created_at, updatedAt);
    return object.kind === 'channel' ? { ...fields, data: channelData(row) } : fields;
  }
  const { object, user: row } = readable;
  const { sid, service_sid } = object.user;
  const event = { memberships: row.conversations_event, user_info: row.info_event }[object.kind];
  const fields = common(object, sid, service_sid, event, row.created_at, row.updated_at);
  if (object.kind !== 'user_info' || !includeItems) return fields;
  return { ...fields, items: userInfoItems(row, service_sid).map((item) => item.body) };
}

function common(
  object: SyncObject,
  ownerSid: string,
  serviceSid: string,
  event: number,
  createdAt: number,
  updatedAt: number,
): object {
  const sid = objectSid(object.kind, ownerSid);
  const type = syncType(object.kind);
  return {
    sid,
    unique_name: objectName(object.kind, ownerSid),
    url: objectUrl(serviceSid, type, sid),
    links: type === 'document' ? {} : { items: itemsUrl(serviceSid, type, sid) },
    revision: revisionOf(event),
    last_event_id: event,
    date_created: isoTime(createdAt),
    date_updated: isoTime(updatedAt),
    date_expires: null,
  };
}
