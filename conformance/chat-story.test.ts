import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Confab, startConfab } from '../packages/confab/src/index.ts';
import { createHostileNetwork } from '../packages/confab/test/support/hostile-bus.ts';
import { createDatabase, needsPostgres, type TestDatabase } from '../packages/confab/test/support/postgres.ts';
import {
  type Client,
  type Conversation,
  collectMessages,
  connect,
  everyMessage,
  type Message,
  nextEvent,
  SDKS,
  type Sdk,
} from './support/sdk.ts';

/** Where the two clients connect to: the same server, or two of them on one database. */
interface Deployment {
  first: Confab;
  second: Confab;
  stop(): Promise<void>;
}

const MESSAGES = 1000;
const STORY_TIMEOUT_MS = 60_000;

const deployments = [
  { name: 'SQLite', start: onSqlite, options: {} },
  { name: 'PostgreSQL', start: onPostgres, options: needsPostgres },
  { name: 'two instances on one PostgreSQL', start: onTwoInstances, options: needsPostgres },
  { name: 'two instances on one PostgreSQL, with a hostile bus', start: onHostileInstances, options: needsPostgres },
];

for (const sdk of SDKS) {
  // What the databases and the bus do is the same for each release: the oldest is run where it takes the least.
  const where = sdk === SDKS.at(-1) ? deployments.slice(0, 1) : deployments;
  for (const { name, start, options } of where) {
    describe(`two clients of ${sdk.name} on ${name}`, options, () => {
      let deployment: Deployment;
      beforeAll(async () => {
        deployment = await start();
      });
      afterAll(() => deployment?.stop());

      test(
        'create, add, and 1,000 messages from both sides: all received, in the same order, once',
        async () => {
          await story(sdk, deployment);
        },
        STORY_TIMEOUT_MS,
      );
    });
  }
}

async function story(sdk: Sdk, { first, second }: Deployment): Promise<void> {
  const alice = await connect(sdk, first, 'alice@example.com');
  const bob = await connect(sdk, second, 'bob');
  const aliceHeard = collectMessages(alice);
  const bobHeard = collectMessages(bob);

  const created = await alice.createConversation({ friendlyName: 'Plans', attributes: { colour: 'green' } });
  await created.join();
  const joined = nextEvent<Conversation>(bob, 'conversationJoined');
  await created.add('bob');
  const bobs = await joined;
  expect(bobs.sid).toBe(created.sid);
  expect(bobs.friendlyName).toBe('Plans');
  expect(bobs.attributes).toEqual({ colour: 'green' });

  // A message that is stored before a client has opened the list is part of its start, not news (protocol 13, no. 17).
  await Promise.all([created.getMessages(1), bobs.getMessages(1)]);
  const sends = Array.from({ length: MESSAGES / 2 }, (_, at) => [
    created.sendMessage(`alice ${at} 🌱`),
    bobs.sendMessage(`bob ${at} é`),
  ]).flat();
  const indexes = await Promise.all(sends);
  expect(new Set(indexes).size).toBe(MESSAGES);
  await Promise.all([aliceHeard.until(MESSAGES), bobHeard.until(MESSAGES)]);

  const indexesInOrder = Array.from({ length: MESSAGES }, (_, index) => index);
  expect(aliceHeard.all.map((message) => message.index)).toEqual(indexesInOrder);
  expect(bobHeard.all.map(told)).toEqual(aliceHeard.all.map(told));
  expect(ofAuthor(aliceHeard.all, 'bob')).toEqual(Array.from({ length: MESSAGES / 2 }, (_, at) => `bob ${at} é`));

  expect((await everyMessage(bobs)).map(told)).toEqual(aliceHeard.all.map(told));
  expect(created.lastMessage?.index).toBe(MESSAGES - 1);
  expect(await created.getMessagesCount()).toBe(MESSAGES);
  expect(await created.getParticipantsCount()).toBe(2);
  expect((await bobs.getParticipants()).map(({ identity }) => identity).sort()).toEqual(['alice@example.com', 'bob']);
  expect((await bob.getSubscribedConversations()).items.map(({ sid }) => sid)).toEqual([created.sid]);

  await leave(alice, bob, bobs);
  expect((await created.getParticipants()).map(({ identity }) => identity)).toEqual(['alice@example.com']);
  // Nothing more than was sent: a repeated event would have come before the later ones.
  expect(aliceHeard.all).toHaveLength(MESSAGES);
  expect(bobHeard.all).toHaveLength(MESSAGES);
  await Promise.all([alice.shutdown(), bob.shutdown()]);
}

function told(message: Message): unknown[] {
  return [message.index, message.sid, message.author, message.body, message.dateCreated?.toISOString()];
}

function ofAuthor(messages: readonly Message[], author: string): unknown[] {
  return messages.filter((message) => message.author === author).map((message) => message.body);
}

async function leave(alice: Client, bob: Client, conversation: Conversation): Promise<void> {
  const seenByOthers = nextEvent(alice, 'participantLeft');
  const left = nextEvent(bob, 'conversationLeft');
  const removed = nextEvent(bob, 'conversationRemoved');
  await conversation.leave();
  await Promise.all([seenByOthers, left, removed]);
  expect((await bob.getSubscribedConversations()).items).toEqual([]);
}

async function onSqlite(): Promise<Deployment> {
  const confab = await startConfab();
  return { first: confab, second: confab, stop: () => confab.stop() };
}

async function onPostgres(): Promise<Deployment> {
  const database = await createDatabase();
  const confab = await startConfab({ databaseUrl: database.url });
  return {
    first: confab,
    second: confab,
    async stop() {
      await confab.stop();
      await database.drop();
    },
  };
}

/** Compared with the database once an hour: whatever crosses from one to the other in time was carried by the bus. */
async function onTwoInstances(): Promise<Deployment> {
  const database = await createDatabase();
  const node = () => startConfab({ databaseUrl: database.url, limitOverrides: { busCheckMs: 3_600_000 } });
  return twoNodes(database, node);
}

async function onHostileInstances(): Promise<Deployment> {
  const database = await createDatabase();
  const network = createHostileNetwork({ seed: 7 });
  const node = () =>
    startConfab({ databaseUrl: database.url, limitOverrides: { busCheckMs: 200 }, parts: { bus: network.node() } });
  const deployment = await twoNodes(database, node);
  return {
    ...deployment,
    async stop() {
      await deployment.stop();
      const { dropped, repeated, reordered } = network.hostility;
      expect(Math.min(dropped, repeated, reordered)).toBeGreaterThan(0);
    },
  };
}

async function twoNodes(database: TestDatabase, node: () => Promise<Confab>): Promise<Deployment> {
  const [first, second] = await Promise.all([node(), node()]);
  return {
    first,
    second,
    async stop() {
      await Promise.all([first.stop(), second.stop()]);
      await database.drop();
    },
  };
}
