import { describe, expect, test } from 'vitest';
import {
  credentials,
  type KillableServer,
  ROUNDS,
  ROUNDS_TIMEOUT_MS,
  STORES,
  withKillableServer,
} from './support/killable-server.ts';
import {
  type Client,
  type Conversation,
  collectMessages,
  connect,
  everyMessage,
  type Message,
  nextConnectionState,
  nextEvent,
  SDKS,
} from './support/sdk.ts';

for (const store of STORES) {
  describe(`a server on ${store.name} that is killed while messages are sent`, store.options, () => {
    test(
      `${ROUNDS} times: clients come back by themselves, and nothing acknowledged is lost or told twice`,
      () => withKillableServer(store, killAndCompare),
      ROUNDS_TIMEOUT_MS,
    );
  });
}

async function killAndCompare(server: KillableServer): Promise<void> {
  await server.start();
  const confab = { ...credentials, url: server.url, socketUrl: server.socketUrl };
  const [sdk] = SDKS;
  const alice = await connect(sdk, confab, 'alice');
  const bob = await connect(sdk, confab, 'bob');
  const heard = [collectMessages(alice), collectMessages(bob)];
  const conversations = await converse(alice, bob);
  await Promise.all(conversations.map((conversation) => conversation.getMessages(1)));

  const acknowledged = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const sending = conversations.map((conversation, at) =>
      sendUntilRefused(conversation, `${at} ${round}`, acknowledged),
    );
    await atLeast(acknowledged, (round + 1) * 40);
    await server.kill();
    await Promise.all(sending);
    const back = [alice, bob].map((client) => nextConnectionState(client, 'connected'));
    await server.start();
    await Promise.all(back);
  }
  // The last message of all: who has been told of it has been told of everything before.
  const [mine] = conversations;
  if (mine === undefined) throw new Error('There is no conversation.');
  const last = await mine.sendMessage('the end');
  await Promise.all(heard.map((list) => toldOf(list.all, last)));

  const fresh = await connect(sdk, confab, 'bob');
  const stored = await everyMessage(await fresh.getConversationBySid(mine.sid));
  const indexes = stored.map((message) => message.index);
  expect(indexes).toEqual([...indexes].sort((a, b) => a - b));
  expect(new Set(indexes).size).toBe(indexes.length);
  for (const [body, index] of acknowledged) {
    expect(stored.find((message) => message.index === index)?.body).toBe(body);
  }
  for (const { all } of heard) expect(all.map(told)).toEqual(stored.map(told));
  await Promise.all([alice, bob, fresh].map((client) => client.shutdown()));
}

async function converse(alice: Client, bob: Client): Promise<Conversation[]> {
  const created = await alice.createConversation();
  await created.join();
  const joined = nextEvent<Conversation>(bob, 'conversationJoined');
  await created.add('bob');
  return [created, await joined];
}

/** Sends one message after the other, and remembers those that were acknowledged, until the connection is lost. */
async function sendUntilRefused(
  conversation: Conversation,
  name: string,
  acknowledged: Map<string, number>,
): Promise<void> {
  for (let at = 0; ; at += 1) {
    const body = `${name} ${at}`;
    try {
      const index = await conversation.sendMessage(body);
      if (index !== null) acknowledged.set(body, index);
    } catch {
      return;
    }
  }
}

async function atLeast(acknowledged: ReadonlyMap<string, number>, count: number): Promise<void> {
  while (acknowledged.size < count) await new Promise((resolve) => setImmediate(resolve));
}

async function toldOf(messages: readonly Message[], index: number | null): Promise<void> {
  while (messages.at(-1)?.index !== index) await new Promise((resolve) => setImmediate(resolve));
}

function told(message: Message): unknown[] {
  return [message.index, message.sid, message.body];
}
