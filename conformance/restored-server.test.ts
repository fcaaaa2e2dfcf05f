import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type CliProcess, runConfab } from '../packages/confab/test/support/cli.ts';
import { freePort } from './support/free-port.ts';
import {
  type Client,
  collectMessages,
  connect,
  everyMessage,
  type Message,
  nextConnectionState,
  nextEvent,
  SDKS,
} from './support/sdk.ts';

const credentials = {
  accountSid: `AC${'2'.repeat(32)}`,
  authToken: 'auth-token-of-the-restored-server-01',
  apiKey: `SK${'2'.repeat(32)}`,
  apiSecret: 'api-secret-of-the-restored-server-01',
  chatServiceSid: `IS${'2'.repeat(32)}`,
};

let folder: string | undefined;
let running: CliProcess | undefined;
afterEach(async () => {
  running?.child.kill('SIGKILL');
  await running?.exit;
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

async function start(env: Record<string, string>): Promise<void> {
  running = runConfab(['start'], {
    ...env,
    CONFAB_LOG_LEVEL: 'error',
    CONFAB_ACCOUNT_SID: credentials.accountSid,
    CONFAB_AUTH_TOKEN: credentials.authToken,
    CONFAB_API_KEY: credentials.apiKey,
    CONFAB_API_SECRET: credentials.apiSecret,
    CONFAB_CHAT_SERVICE_SID: credentials.chatServiceSid,
  });
  await running.line(/^confab listening on/);
}

/** The client goes on dialling by itself, and is back when the server is. */
async function restart(env: Record<string, string>, client: Client): Promise<void> {
  const back = nextConnectionState(client, 'connected');
  await start(env);
  await back;
}

const bodies = (messages: readonly Message[]) => messages.map(({ index, body }) => [index, body]);

test('a client of what was sent after the backup is told to start anew, and as a new one ends right', async () => {
  const [sdk] = SDKS;
  folder = await mkdtemp(join(tmpdir(), 'confab-restore-'));
  const [data, backup] = [join(folder, 'data'), join(folder, 'backup')];
  const port = String(await freePort());
  const env = { CONFAB_DATA_DIR: data, PORT: port };
  const confab = { ...credentials, socketUrl: `ws://127.0.0.1:${port}/v3/wsconnect` };

  await start(env);
  const alice = await connect(sdk, confab, 'alice');
  const heard = collectMessages(alice);
  const conversation = await alice.createConversation();
  await conversation.join();
  // It follows the messages from here on.
  await conversation.getMessages(1);
  for (const body of ['first', 'second']) await conversation.sendMessage(body);
  await heard.until(2);

  await running?.stop();
  await cp(data, backup, { recursive: true });
  await restart(env, alice);
  for (const body of ['lost 1', 'lost 2']) await conversation.sendMessage(body);
  await heard.until(4);

  await running?.stop();
  await rm(data, { recursive: true });
  await cp(backup, data, { recursive: true });
  const renewing = runConfab(['renew-epoch'], env);
  expect(await renewing.exit).toBe(0);

  const denied = nextConnectionState(alice, 'denied');
  const refused = new Promise<unknown>((resolve) => {
    alice.on('connectionError', (error) => {
      if (error.terminal) resolve(error);
    });
  });
  await start(env);
  await denied;
  expect(await refused).toMatchObject({ httpStatusCode: 401, errorCode: 20101 });

  const bob = await connect(sdk, confab, 'bob');
  const again = await connect(sdk, confab, 'alice');
  const restored = await again.getConversationBySid(conversation.sid);
  expect(bodies(await everyMessage(restored))).toEqual([
    [0, 'first'],
    [1, 'second'],
  ]);
  const joined = nextEvent(bob, 'conversationJoined');
  await restored.add('bob');
  await joined;
  // What is sent now takes the indexes and event ids of what was lost.
  const told = collectMessages(again);
  const theirs = await bob.getConversationBySid(conversation.sid);
  for (const body of ['third', 'fourth', 'fifth']) await theirs.sendMessage(body);
  await told.until(3);

  const history = ['first', 'second', 'third', 'fourth', 'fifth'].map((body, index) => [index, body]);
  expect(bodies(told.all)).toEqual(history.slice(2));
  expect(bodies(await everyMessage(restored))).toEqual(history);
  const fresh = await connect(sdk, confab, 'alice');
  expect(bodies(await everyMessage(await fresh.getConversationBySid(conversation.sid)))).toEqual(history);

  // The old client shows what it had, and nothing of another life among it.
  expect(alice.connectionState).toBe('denied');
  expect(bodies(heard.all)).toEqual(['first', 'second', 'lost 1', 'lost 2'].map((body, index) => [index, body]));
  await expect(conversation.sendMessage('late')).rejects.toThrow();
  await Promise.all([again, bob, fresh].map((client) => client.shutdown()));
}, 120_000);
