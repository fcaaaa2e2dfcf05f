import type { SubscriptionRequest, TwilsockClient } from './twilsock-client.ts';

/** A Sync object by unique name, as answers name it (protocol 7.1, 7.2). */
export interface SyncObjectName {
  type: SubscriptionRequest['object_type'];
  name: string;
}

/** A Sync object that was opened. */
export interface OpenedObject {
  /** How to subscribe to what happens after it was opened. */
  subscription: SubscriptionRequest;
  /** Path of its items; undefined for a document. */
  itemsPath: string | undefined;
}

const COLLECTION = { document: 'Documents', list: 'Lists', map: 'Maps' } as const;

/** The user's own two maps, as the Configuration names them. */
export function ownMaps(configuration: unknown): { myConversations: SyncObjectName; myUserInfo: SyncObjectName } {
  const names = members(members(configuration).sync_objects);
  return {
    myConversations: { type: 'map', name: text(names.my_conversations) },
    myUserInfo: { type: 'map', name: text(names.my_user_info) },
  };
}

/** Channel, messages and roster of a conversation. */
export function conversationObjects(sid: string): Record<'channel' | 'messages' | 'roster', SyncObjectName> {
  return {
    channel: { type: 'document', name: `${sid}.channel` },
    messages: { type: 'list', name: `${sid}.messages` },
    roster: { type: 'map', name: `${sid}.roster` },
  };
}

export async function openObject(
  client: TwilsockClient,
  { type, name }: SyncObjectName,
  params: Readonly<Record<string, string>> = {},
): Promise<OpenedObject> {
  const path = `/v3/${COLLECTION[type]}/${encodeURIComponent(name)}`;
  const { sid, last_event_id, links } = members((await client.request('GET', path, { params })).body);
  const { items } = members(links);
  return {
    subscription: { object_sid: text(sid), object_type: type, last_event_id: Number(last_event_id) },
    itemsPath: items === undefined ? undefined : new URL(text(items)).pathname,
  };
}

/** The members of a JSON object. */
export function members(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value));
  throw new Error(`An answer should have an object where it has ${JSON.stringify(value)}.`);
}

export function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Error(`An answer should have text where it has ${JSON.stringify(value)}.`);
}
