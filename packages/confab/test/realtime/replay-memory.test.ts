import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { eventIds, range, startTestServer } from './support.ts';

const MESSAGES = 400;
const BODY = 'x'.repeat(30_000);
const MEBIBYTE = 1024 * 1024;

function usedHeap(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

test('replays for a client that does not read hold a few pages, not all that it has missed', async () => {
  const server = await startTestServer();
  const conversations = await Promise.all(range(1, 4).map(() => server.conversation('alice')));
  for (const conversation of conversations) {
    for (let sent = 0; sent < MESSAGES; sent += 20) {
      await Promise.all(range(1, 20).map(() => conversation.send(BODY)));
    }
  }
  const alice = await server.login('alice');
  const before = usedHeap();
  alice.socket.pause();
  const results = alice.subscribe(...conversations.map(({ messages }) => [messages, 'list', 0] as const));
  // Another client is served meanwhile, and what is asked after it was done has been read by then.
  const bob = await server.login('bob');
  await bob.exchange({ method: 'ping' });
  // 46 MiB were missed.
  expect(usedHeap() - before).toBeLessThan(25 * MEBIBYTE);

  alice.socket.resume();
  await results;
  for (const { messages } of conversations) expect(eventIds(alice, messages)).toEqual(range(1, MESSAGES));
});
