import type { ChildServer } from './child-server.ts';
import { addParticipants, type ConfabServer } from './confab-server.ts';
import { createDeliveryCounter, type DeliveryCounter } from './delivery-counter.ts';
import { type MessageTarget, startBaselineTarget, startConfabTarget } from './message-servers.ts';
import { conversationObjects, openObject, ownMaps } from './sync-objects.ts';
import { connectTwilsock, type TwilsockClient } from './twilsock-client.ts';
import { openLoadSocket } from './web-socket.ts';

/** A conversation whose members are all connected. */
export interface Room extends MessageTarget<ChildServer> {
  members: readonly DeliveryCounter[];
  stop(): Promise<void>;
}

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
  return {
    ...target,
    members,
    async stop() {
      for (const client of clients) client.close();
      await server.stop();
    },
  };
}

export interface JoinOptions {
  onEvent?: (payload: Buffer) => void;
  /** Subscribe to so many objects only. */
  most?: number;
}

/** Connects a user and subscribes to their conversations as the SDK does, from now on. */
export async function joinAsSdk(
  server: ConfabServer,
  identity: string,
  conversationSids: readonly string[],
  { onEvent, most }: JoinOptions = {},
): Promise<TwilsockClient> {
  const client = await connectTwilsock({
    port: server.port,
    token: server.token(identity),
    ...(onEvent !== undefined && { onEvent }),
  });
  const { body: configuration } = await client.request('GET', '/Client/v2/Configuration');
  const objects = [ownMaps(configuration), ...conversationSids.map(conversationObjects)].flatMap((named) =>
    Object.values(named),
  );
  const opened = await Promise.all(objects.slice(0, most).map((object) => openObject(client, object)));
  await client.subscribe(opened.map(({ subscription }) => subscription));
  return client;
}

/** Acknowledges each frame with a small one of its own. */
export async function openBaselineRoom(folder: string, size: number, profile?: string): Promise<Room> {
  const target = await startBaselineTarget(folder, profile);
  const members: DeliveryCounter[] = [];
  const sockets: { close(): void }[] = [];
  for (let n = 0; n < size; n += 1) {
    const counter = createDeliveryCounter('"index":');
    const socket = await openLoadSocket(target.server.port, '/', {
      onMessage(payload) {
        counter.onPayload(payload);
        socket.send(Buffer.from(`{"ack":${counter.received()}}`), 'text');
      },
      onLost: () => process.stderr.write('a baseline client was dropped\n'),
    });
    sockets.push(socket);
    members.push(counter);
  }
  return {
    ...target,
    members,
    async stop() {
      for (const socket of sockets) socket.close();
      await target.server.stop();
    },
  };
}
