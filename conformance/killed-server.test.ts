import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type CliProcess, runConfab } from '../packages/confab/test/support/cli.ts';
import { createDatabase, needsPostgres } from '../packages/confab/test/support/postgres.ts';
import { freePort } from './support/free-port.ts';
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

/** How often the server is killed. Fifty rounds are run on demand: CONFAB_KILL_ROUNDS=50 npm test -- conformance/killed-server. */
const ROUNDS = Number(process.env.CONFAB_KILL_ROUNDS ?? 3);
const ROUND_TIMEOUT_MS = 30_000;

const credentials = {
  accountSid: `AC${'1'.repeat(32)}`,
  authToken: 'auth-token-of-the-killed-server-0001',
  apiKey: `SK${'1'.repeat(32)}`,
  apiSecret: 'api-secret-of-the-killed-server-0001',
  chatServiceSid: `IS${'1'.repeat(32)}`,
};

const stores = [
  { name: 'SQLite', options: {}, prepare: async () => ({ env: {}, drop: async () => {} }) },
  {
    name: 'PostgreSQL',
    options: needsPostgres,
    async prepare() {
      const { url, drop } = await createDatabase();
      return {
        env: { CONFAB_DATABASE_URL: url, CONFAB_MASTER_KEY: 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=' },
        drop,
      };
    },
  },
];

let running: CliProcess | undefined;
afterEach(async () => {
  running?.child.kill('SIGKILL');
  await running?.exit;
});

for (const store of stores) {
  describe(`a server on ${store.name} that is killed while messages are sent`, store.options, () => {
    test(
      `${ROUNDS} times: clients come back by themselves, and nothing acknowledged is lost or told twice`,
      async () => {
        const folder = await mkdtemp(join(tmpdir(), 'confab-kill-'));
        const { env, drop } = await store.prepare();
        try {
          await killAndCompare({ ...env, CONFAB_DATA_DIR: folder, PORT: String(await freePort()) });
        } finally {
          running?.child.kill('SIGKILL');
          await running?.exit;
          await rm(folder, { recursive: true, force: true });
          await drop();
        }
      },
      ROUND_TIMEOUT_MS * (ROUNDS + 1),
    );
  });
}

async function killAndCompare(env: Record<string, string>): Promise<void> {
  const confab = { ...credentials, url: await start(env), socketUrl: `ws://127.0.0.1:${env.PORT}/v3/wsconnect` };
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
    running?.child.kill('SIGKILL');
    await running?.exit;
    await Promise.all(sending);
    const back = [alice, bob].map((client) => nextConnectionState(client, 'connected'));
    await start(env);
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

async function start(env: Record<string, string>): Promise<string> {
  running = runConfab(['start'], {
    ...env,
    CONFAB_LOG_LEVEL: 'error',
    CONFAB_ACCOUNT_SID: credentials.accountSid,
    CONFAB_AUTH_TOKEN: credentials.authToken,
    CONFAB_API_KEY: credentials.apiKey,
    CONFAB_API_SECRET: credentials.apiSecret,
    CONFAB_CHAT_SERVICE_SID: credentials.chatServiceSid,
  });
  return (await running.line(/^confab listening on/)).replace('confab listening on ', '');
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
