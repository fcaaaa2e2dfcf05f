import { expect, onTestFinished, test } from 'vitest';
import { startConfab } from '../packages/confab/src/index.ts';
import { type Conversation, collectMessages, connect, nextConnectionState, nextEvent, SDKS } from './support/sdk.ts';

test('an app on a bad network is dropped while it is being written to, comes back by itself, and misses nothing', async () => {
  const confab = await startConfab();
  onTestFinished(() => confab.stop());
  const [alice, bob] = await Promise.all([connect(SDKS[0], confab, 'alice'), connect(SDKS[0], confab, 'bob')]);
  const joined = nextEvent<Conversation>(bob, 'conversationJoined');
  const created = await alice.createConversation();
  await created.join();
  await created.add('bob');
  await joined;
  const heard = collectMessages(bob);
  await created.sendMessage('before');
  await heard.until(1);

  const lost = nextConnectionState(bob, 'connecting');
  const back = nextConnectionState(bob, 'connected');
  expect(confab.connections.drop({ identity: 'bob' })).toBe(1);
  await created.sendMessage('meanwhile');
  await lost;
  await back;
  expect(confab.connections.list({ identity: 'bob' })).toMatchObject([{ sdk: 'JS/3.0.1', delayMs: 0 }]);
  confab.connections.delay(200, { identity: 'bob' });
  await created.sendMessage('after');
  await heard.until(3);
  expect(heard.all.map(({ body }) => body)).toEqual(['before', 'meanwhile', 'after']);
  await Promise.all([alice.shutdown(), bob.shutdown()]);
});
