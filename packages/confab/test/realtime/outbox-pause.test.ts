import { expect, test } from 'vitest';
import { eventIds, range, startTestServer } from './support.ts';

// Below 64 KiB a stream does not say by itself that it has been drained.
test('a client for which little may be written ahead is written to again as soon as it reads', async () => {
  const server = await startTestServer({ limitOverrides: { replayBytesPerConnection: 1024 } });
  const conversation = await server.conversation('alice');
  const alice = await server.login('alice');
  await alice.subscribe([conversation.messages, 'list', null]);
  // Nothing is sent to it later that would write to it again.
  alice.socket.pause();
  let sent = 0;
  while ((await server.metric('confab_realtime_unread_bytes_largest')) < 100_000) {
    await conversation.send('x'.repeat(30_000));
    sent += 1;
  }
  alice.socket.resume();
  await alice.until(() => eventIds(alice, conversation.messages).length === sent);
  expect(eventIds(alice, conversation.messages)).toEqual(range(1, sent));
});
