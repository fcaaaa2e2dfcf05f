import type { ConfabServer } from './confab-server.ts';
import { cpuMs } from './process-usage.ts';
import { conversationObjects, members, type OpenedObject, openObject, ownMaps, text } from './sync-objects.ts';
import { connectTwilsock, type TwilsockClient } from './twilsock-client.ts';

export interface SdkStart {
  conversations: number;
  /** From the dial to where the SDK is `initialized`. */
  initializedMs: number;
  /** To the last page of the list of conversations. */
  listedMs: number;
  /** To the last subscription: everything open and live. */
  openMs: number;
  /** CPU that the server used for all of it. */
  serverCpuMs: number;
}

/** Starts as the SDK does with nothing cached: the requests of protocol 1, in its order and with its waiting. */
export async function startAsSdk(server: ConfabServer, identity: string): Promise<SdkStart> {
  const cpuBefore = cpuMs(server.pid);
  const started = performance.now();
  const since = (): number => performance.now() - started;
  const client = await connectTwilsock({ port: server.port, token: server.token(identity) });
  try {
    const { body: configuration } = await client.request('GET', '/Client/v2/Configuration');
    const { myConversations, myUserInfo } = ownMaps(configuration);
    const opened = [await openObject(client, myConversations)];
    const listing = listConversations(client).then((sids) => ({ sids, listedMs: since() }));
    opened.push(await openObject(client, myUserInfo, { Include: 'items' }));
    const initializedMs = since();
    const { sids, listedMs } = await listing;
    opened.push(...(await Promise.all(sids.map((sid) => openConversation(client, sid)))).flat());
    await client.subscribe(opened.map(({ subscription }) => subscription));
    const openMs = since();
    return {
      conversations: sids.length,
      initializedMs,
      listedMs,
      openMs,
      serverCpuMs: cpuMs(server.pid) - cpuBefore,
    };
  } finally {
    client.close();
  }
}

async function listConversations(client: TwilsockClient): Promise<string[]> {
  const sids: string[] = [];
  for (let token: string | undefined = ''; token !== undefined; ) {
    const { body } = await client.request('GET', '/Client/v2/MyConversations', {
      params: token === '' ? {} : { PageToken: encodeURIComponent(token) },
    });
    const { conversations, meta } = members(body);
    if (!Array.isArray(conversations)) throw new Error('The list has no conversations.');
    for (const entry of conversations) sids.push(text(members(entry).conversation_sid));
    const next = members(meta).next_token;
    token = next === null ? undefined : text(next);
  }
  return sids;
}

async function openConversation(client: TwilsockClient, sid: string): Promise<OpenedObject[]> {
  const { channel, messages, roster } = conversationObjects(sid);
  const document = await openObject(client, channel);
  const [list, map] = await Promise.all([openObject(client, messages), openObject(client, roster)]);
  const params = { HideExpired: 'true', PageSize: '50', Order: 'asc' };
  await client.request('GET', map.itemsPath ?? '', { params });
  return [document, list, map];
}
