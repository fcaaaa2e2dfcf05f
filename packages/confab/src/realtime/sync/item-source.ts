import {
  listMemberships,
  listMessages,
  listRoster,
  type MembershipRow,
  type MessageRow,
  type ParticipantRow,
  type ReadDb,
  type SyncObject,
  type UserInfoKey,
  type UserRow,
} from '../../domain/index.ts';
import { isoTime, membershipData, messageData, rosterData, userInfoData } from './item-data.ts';
import { objectSid } from './object-sid.ts';
import { revisionOf } from './revision.ts';
import { itemUrl } from './urls.ts';

/** The key of an item: text in maps, a number in lists. */
export type ItemKey = string | number;

export interface Item {
  key: ItemKey;
  /** As clients get it (protocol 6.2). */
  body: object;
}

export type Order = 'asc' | 'desc';

/** The items of an object, as ranges of keys. */
export interface ItemSource {
  /** Reads a key that came as text; undefined when it cannot be one. */
  parseKey(text: string): ItemKey | undefined;
  /** Up to `limit` items from `from` on, included, in the order; from the order's beginning when absent. */
  range(order: Order, from: ItemKey | undefined, limit: number): Promise<Item[]>;
}

type ListOrMap = Exclude<SyncObject, { kind: 'channel' }> & { kind: Exclude<SyncObject['kind'], 'channel'> };

export function isListOrMap(object: SyncObject): object is ListOrMap {
  return object.kind !== 'channel';
}

export function itemSource(read: ReadDb, object: ListOrMap): ItemSource {
  switch (object.kind) {
    case 'messages': {
      const sid = objectSid('messages', object.conversation.sid);
      const { service_sid } = object.conversation;
      return {
        parseKey: (text) => (/^\d{1,15}$/.test(text) ? Number(text) : undefined),
        range: async (order, from, limit) =>
          (
            await listMessages(read, object.id, { order, from: typeof from === 'number' ? from : undefined, limit })
          ).map((row) => messageItem(row, sid, service_sid)),
      };
    }
    case 'roster': {
      const sid = objectSid('roster', object.conversation.sid);
      const { service_sid } = object.conversation;
      return {
        parseKey: (text) => text,
        range: async (order, from, limit) =>
          (await listRoster(read, object.id, { order, from: asText(from), limit })).map((row) =>
            rosterItem(row, sid, service_sid),
          ),
      };
    }
    case 'memberships': {
      const sid = objectSid('memberships', object.user.sid);
      return {
        parseKey: (text) => text,
        range: async (order, from, limit) =>
          (await listMemberships(read, object.id, { order, from: asText(from), limit })).map((row) =>
            membershipItem(row, sid, object.user.service_sid),
          ),
      };
    }
    case 'user_info':
      return {
        parseKey: (text) => text,
        range: async (order, from, limit) => {
          const row = await read.selectFrom('users').selectAll().where('id', '=', object.id).executeTakeFirst();
          const all = row === undefined ? [] : userInfoItems(row, object.user.service_sid);
          const ordered = order === 'asc' ? all : all.reverse();
          const start = asText(from);
          return ordered
            .filter(({ key }) => start === undefined || (order === 'asc' ? key >= start : key <= start))
            .slice(0, limit);
        },
      };
  }
}

function asText(key: ItemKey | undefined): string | undefined {
  return typeof key === 'string' ? key : undefined;
}

function messageItem(row: MessageRow, listSid: string, serviceSid: string): Item {
  const body = {
    index: row.index,
    list_sid: listSid,
    url: itemUrl(serviceSid, 'list', listSid, row.index),
    ...itemFields(row.event, row.created_at, row.updated_at, messageData(row)),
  };
  return { key: row.index, body };
}

function rosterItem(row: ParticipantRow, mapSid: string, serviceSid: string): Item {
  return mapItem(
    row.sid,
    mapSid,
    serviceSid,
    itemFields(row.roster_event, row.created_at, row.updated_at, rosterData(row)),
  );
}

function membershipItem(row: MembershipRow, mapSid: string, serviceSid: string): Item {
  const fields = itemFields(row.membership_event, row.created_at, row.updated_at, membershipData(row));
  return mapItem(row.conversation_sid, mapSid, serviceSid, fields);
}

/** In ascending key order. */
export function userInfoItems(row: UserRow, serviceSid: string): (Item & { key: string })[] {
  const mapSid = objectSid('user_info', row.sid);
  const item = (key: UserInfoKey, event: number) =>
    mapItem(key, mapSid, serviceSid, itemFields(event, row.created_at, row.updated_at, userInfoData(row, key)));
  const items = [item('attributes', row.attributes_event), item('friendlyName', row.friendly_name_event)];
  // Who never could be reached has none: clients do without (protocol 8.2).
  const known = row.is_online !== null || row.is_notifiable !== null;
  return known ? [...items, item('reachability', row.reachability_event)] : items;
}

function mapItem(key: string, mapSid: string, serviceSid: string, fields: object): Item & { key: string } {
  return { key, body: { key, map_sid: mapSid, url: itemUrl(serviceSid, 'map', mapSid, key), ...fields } };
}

function itemFields(event: number, createdAt: number, updatedAt: number, data: object): object {
  return {
    revision: revisionOf(event),
    last_event_id: event,
    data,
    date_created: isoTime(createdAt),
    date_updated: isoTime(updatedAt),
    date_expires: null,
  };
}
