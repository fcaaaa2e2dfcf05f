import type { ChildServer } from './child-server.ts';
import { addParticipants, type ConfabServer } from './confab-server.ts';
import { createDeliveryCounter, type DeliveryCounter } from './delivery-counter.ts';
import { messageText, startBaselineTarget, startConfabTarget } from './message-servers.ts';
import type { SendMessage } from './sender.ts';
import { conversationObjects, openObject, ownMaps } from './sync-objects.ts';
import { connectTwilsock, type SubscriptionRequest, type TwilsockClient } from './twilsock-client.ts';
import { type LoadSocket, openLoadSocket } from './web-socket.ts';

/** A conversation whose members are all connected. */
export interface Room {
  server: ChildServer;
  members: readonly DeliveryCounter[];
  /** Members who send, over the connection on which they receive. */
  hands: readonly SendMessage[];
  stop(): Promise<void>;
}

/** Members who send. */
const SENDERS = 64;

/** Members subscribe to what the SDK subscribes to: channel, messages, roster, and their own two maps (protocol 1). */
export async function openConfabRoom(folder: string, size: number, profile?: string): Promise<Room> {
  const target = await startConfabTarget(folder, { logLevel: 'info', profile });
  const { server, conversationSid } = target;
  const identities = Array.from({ length: size }, (_, n) => `member-${n}`);
  await addParticipants(
    server,
    identities.map((identity) => ({ conversationSid, identity })),
  );
  const members: DeliveryCounter[] = [];
  const clients: TwilsockClient[] = [];
  for (const identity of identities) {
    const counter = createDeliveryCounter('"item_index":');
    clients.push(await joinAsSdk(server, identity, [conversationSid], { onEvent: counter.onPayload }));
    members.push(counter);
  }
  const path = `/Client/v2/Conversations/${conversationSid}/Messages`;
  const hands = clients.slice(0, SENDERS).map((client) => async (n: number) => {
    await client.request('POST', path, { body: { body: messageText(n), attributes: '{}' } });
  });
  return {
    server,
    members,
    hands,
    async stop() {
      for (const client of clients) client.close();
      await server.stop();
    },
  };
}

export interface JoinOptions {
  onEvent?: (payload: Buffer) => void;
  onLost?: () => void;
  /** Subscribe to so many objects only. */
  most?: number;
}

/** The SDK's view of some conversations, as far as a reconnect needs it. */
export interface SdkClient extends TwilsockClient {
  readonly subscriptions: readonly SubscriptionRequest[];
}

/** Connects a user and subscribes to their conversations as the SDK does, from now on. */
export async function joinAsSdk(
  server: ConfabServer,
  identity: string,
  conversationSids: readonly string[],
  { onEvent, onLost, most }: JoinOptions = {},
): Promise<SdkClient> {
  const client = await connectTwilsock({
    port: server.port,
    token: server.token(identity),
    ...(onEvent !== undefined && { onEvent }),
    ...(onLost !== undefined && { onLost }),
  });
  const { body: configuration } = await client.request('GET', '/Client/v2/Configuration');
  const objects = [ownMaps(configuration), ...conversationSids.map(conversationObjects)].flatMap((named) =>
    Object.values(named),
  );
  const opened = await Promise.all(objects.slice(0, most).map((object) => openObject(client, object)));
  const subscriptions = opened.map(({ subscription }) => subscription);
  await client.subscribe(subscriptions);
  return { ...client, subscriptions };
}

/**
 * A client acknowledges each event's frame with a small one of its own. A message is sent as a frame, too, and answered with the number
 * that it was sent under.
 */
export async function openBaselineRoom(folder: string, size: number, profile?: string): Promise<Room> {
  const { server } = await startBaselineTarget(folder, profile);
  const members: DeliveryCounter[] = [];
  const hands: SendMessage[] = [];
  const sockets: LoadSocket[] = [];
  for (let n = 0; n < size; n += 1) {
    const counter = createDeliveryCounter('"index":');
    let sent: PromiseWithResolvers<void> | undefined;
    const socket = await openLoadSocket(server.port, '/', {
      onMessage(payload) {
        if (payload.includes('"sent":')) {
          sent?.resolve();
          return;
        }
        counter.onPayload(payload);
        socket.send(Buffer.from(`{"ack":${counter.received()}}`), 'text');
      },
      onLost: () => sent?.reject(new Error('A baseline client was dropped.')),
    });
    sockets.push(socket);
    members.push(counter);
    hands.push((message) => {
      sent = Promise.withResolvers();
      socket.send(Buffer.from(JSON.stringify({ send: message, body: messageText(message) })), 'text');
      return sent.promise;
    });
  }
  return {
    server,
    members,
    hands: hands.slice(0, SENDERS),
    async stop() {
      for (const socket of sockets) socket.close();
      await server.stop();
    },
  };
}
