import { expect, test } from 'vitest';
import { manualClock } from '../../src/clock.ts';
import { DEFAULT_LIMITS } from '../../src/config/limits.ts';
import { frameOf } from '../support/raw-frames.ts';
import { CLIENT, range, startTestServer, statusOf } from './support.ts';

const clock = manualClock(Date.UTC(2026, 0, 1));
const server = await startTestServer({
  parts: { clock },
  limitOverrides: {
    subscriptionsPerConnection: 2,
    requestsInFlightPerConnection: 2,
    loginsAtOnce: 1,
    loginsWaiting: 1,
    outboxBytesPerConnection: 64 * 1024,
  },
});
const { initTimeoutMs, preInitFrameBytes, frameBytes, keepalivePingMs, keepaliveReplyMs } = DEFAULT_LIMITS;
const metric = (name: string) => server.metric(`confab_realtime_${name}`);

/** Meets a limit; the metric counts it, `times` if told. */
async function expectCounted(name: string, meet: () => Promise<unknown>, times = 1): Promise<void> {
  const before = await metric(name);
  await meet();
  expect(await metric(name)).toBe(before + times);
}

const deep = `${'['.repeat(65)}${']'.repeat(65)}`;

test('a connection that does not sign in in time is counted', async () => {
  await expectCounted('init_timeouts_total', async () => {
    const client = await server.open();
    clock.advance(initTimeoutMs);
    await client.closed;
  });
});

test('one that was refused before is not', async () => {
  await expectCounted(
    'init_timeouts_total',
    async () => {
      const client = await server.open();
      await client.init('no token');
      clock.advance(initTimeoutMs);
      await client.closed;
    },
    0,
  );
});

test.each([
  ['before init', async () => (await server.open()).send(Buffer.alloc(preInitFrameBytes + 1))],
  ['dripping before init', async () => (await server.open()).socket.send(Buffer.alloc(20_000), { fin: false })],
  ['after init', async () => (await server.login('alice')).send(Buffer.alloc(frameBytes + 1))],
])('a frame that is too large %s is counted', async (_when, send) => {
  const before = await metric('bad_frames_total{reason="too_large"}');
  await send();
  await expect.poll(() => metric('bad_frames_total{reason="too_large"}')).toBe(before + 1);
});

test('JSON that is too deep is counted, in a header and in a body', async () => {
  await expectCounted('bad_frames_total{reason="too_deep"}', async () => {
    const client = await server.login('alice');
    client.send(frameOf({ method: 'ping', id: 'TM1', extra: JSON.parse(deep) }));
    await client.closed;
  });
  await expectCounted('bad_frames_total{reason="too_deep"}', async () => {
    const client = await server.login('alice');
    const answer = await client.request('POST', `${CLIENT}/Conversations`, JSON.parse(deep));
    expect(answer.status).toBe(400);
  });
  await expectCounted('bad_frames_total{reason="too_deep"}', async () => {
    const client = await server.login('alice');
    await client.exchange({ method: 'put_notification_ctx', notification_ctx_id: 'x' }, deep);
  });
});

test('what is no packet is counted', async () => {
  await expectCounted('bad_frames_total{reason="malformed"}', async () => {
    const client = await server.login('alice');
    client.send(Buffer.from('nonsense'));
    await client.closed;
  });
});

test('a subscription too many is counted', async () => {
  const conversation = await server.conversation('alice');
  const alice = await server.login('alice');
  await expectCounted('subscriptions_refused_total', async () => {
    await alice.subscribe(
      [conversation.channel, 'document', null],
      [conversation.messages, 'list', null],
      [conversation.roster, 'map', null],
    );
  });
});

test('not reading a client that asks too much at once is counted', async () => {
  const alice = await server.login('alice');
  const before = await metric('paused_total');
  await Promise.all(range(1, 20).map(() => alice.request('POST', `${CLIENT}/Conversations`, {})));
  expect(await metric('paused_total')).toBeGreaterThan(before);
});

test('a client that does not read is counted, and what waited for it is gone', async () => {
  const conversation = await server.conversation('alice');
  const alice = await server.login('alice');
  await alice.subscribe([conversation.messages, 'list', null]);
  const before = await metric('cut_off_total');
  alice.socket.pause();
  while ((await metric('cut_off_total')) === before) {
    await Promise.all(range(1, 20).map(() => conversation.send('x'.repeat(10_000))));
  }
  expect(await metric('cut_off_total')).toBe(before + 1);
  expect(await metric('unread_bytes')).toBe(0);
});

test('a client that does not answer a ping is counted', async () => {
  const alice = await server.login('alice', { acknowledge: false });
  await expectCounted('silent_total', async () => {
    clock.advance(keepalivePingMs);
    await alice.until(() => alice.packets.some(({ header }) => header.method === 'ping'));
    await server.rest('GET', '/v1/Services');
    clock.advance(keepaliveReplyMs);
    await alice.closed;
  });
});

test('a client that is told to sign in later is counted', async () => {
  const before = await metric('logins_deferred_total');
  const clients = await Promise.all(range(1, 10).map(() => server.open()));
  // New users: each login waits for the commit that makes its user.
  const tokens = await Promise.all(clients.map((_, at) => server.token(`newcomer ${at}`)));
  const replies = await Promise.all(clients.map((client, at) => client.init(tokens[at] ?? '')));
  const deferred = replies.filter(({ header }) => statusOf(header) === 429).length;
  expect(deferred).toBeGreaterThan(0);
  expect(await metric('logins_deferred_total')).toBe(before + deferred);
});
