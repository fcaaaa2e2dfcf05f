import type { Change } from '../../domain/index.ts';
import type { Notification } from '../twilsock/notification.ts';
import { channelData, isoTime, membershipData, messageData, rosterData, userInfoData } from './item-data.ts';
import { objectSidOfChange } from './object-sid.ts';
import { revisionOf } from './revision.ts';
import { itemUrl } from './urls.ts';

/**
 * Everything is sent under the strictly ordered type: each object's events leave in id order on every socket, replayed or live
 * (protocol 6.6, "Message type matters").
 */
export const SYNC_MESSAGE_TYPE = 'twilio.sync.event';

/** A change of the domain as the Sync event that tells it (protocol 6.7). Written once, for all subscribers. */
export function eventNotification(change: Change): Notification {
  const { type, fields } = describe(change);
  const event = { id: change.event, date_created: isoTime(change.at), date_expires: null, ...fields };
  return {
    messageType: SYNC_MESSAGE_TYPE,
    envelope: `"event_type":"${type}","event_protocol_version":4`,
    event: JSON.stringify(event),
    ...(change.object === 'messages' &&
      change.action === 'added' && {
        brings: { conversationId: change.row.conversation_id, index: change.row.index },
      }),
    ...(isUpdate(change) && { updateOf: `${objectSidOfChange(change)} ${itemKey(change)}` }),
  };
}

function isUpdate(change: Change): boolean {
  return change.action === 'updated';
}

/** What tells the items of an object apart; a document is its only item. */
function itemKey(change: Change): string {
  if (change.object === 'channel') return '';
  if (change.object === 'user_info') return change.key;
  return change.action === 'removed' ? change.key : change.row.sid;
}

function describe(change: Change): { type: string; fields: object } {
  const sid = objectSidOfChange(change);
  switch (change.object) {
    case 'channel':
      if (change.action === 'removed') return { type: 'document_removed', fields: { document_sid: sid } };
      return {
        type: 'document_updated',
        fields: {
          document_sid: sid,
          document_revision: revisionOf(change.event),
          document_data: channelData(change.row),
        },
      };
    case 'messages': {
      const index = change.action === 'removed' ? Number(change.key) : change.row.index;
      const data = change.action === 'removed' ? {} : messageData(change.row);
      return {
        type: `list_item_${change.action}`,
        fields: {
          list_sid: sid,
          list_revision: revisionOf(change.event),
          item_index: index,
          item_url: itemUrl(change.conversation.service_sid, 'list', sid, index),
          item_revision: revisionOf(change.event),
          item_data: data,
        },
      };
    }
    case 'roster':
      return mapItem(change, sid, change.conversation.service_sid, {
        key: change.action === 'removed' ? change.key : change.row.sid,
        data: change.action === 'removed' ? {} : rosterData(change.row),
      });
    case 'memberships':
      return mapItem(change, sid, change.user.service_sid, {
        key: change.action === 'removed' ? change.key : change.row.conversation_sid,
        data: change.action === 'removed' ? {} : membershipData(change.row),
      });
    case 'user_info':
      return mapItem(change, sid, change.user.service_sid, {
        key: change.key,
        data: userInfoData(change.row, change.key),
      });
  }
}

function mapItem(
  { action, event }: { action: string; event: number },
  sid: string,
  serviceSid: string,
  { key, data }: { key: string; data: object },
): { type: string; fields: object } {
  return {
    type: `map_item_${action}`,
    fields: {
      map_sid: sid,
      map_revision: revisionOf(event),
      item_key: key,
      item_url: itemUrl(serviceSid, 'map', sid, key),
      item_revision: revisionOf(event),
      item_data: data,
    },
  };
}
