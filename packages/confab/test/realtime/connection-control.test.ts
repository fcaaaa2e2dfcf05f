import { expect, test } from 'vitest';
import { manualClock } from '../../src/clock.ts';
import { Line } from '../../src/realtime/line.ts';
import type { Transport } from '../../src/realtime/transport.ts';
import { fieldsOf, textAt } from '../support/raw-frames.ts';
import { eventIds, range, startTestServer, statusOf } from './support.ts';

const server = await startTestServer();
const PATH = '/confab/v1/Connections';

async function connectionOf(identity: string): Promise<Record<string, unknown>> {
  const { body } = await server.rest('GET', `${PATH}?Identity=${identity}`);
  const { connections } = fieldsOf(body);
  const [connection, ...others] = Array.isArray(connections) ? connections : [];
  expect(others).toEqual([]);
  return fieldsOf(connection);
}

const control = async (identity: string, what: string, form: Record<string, string> = {}) =>
  server.rest('POST', `${PATH}/${textAt(await connectionOf(identity), 'connection_id')}/${what}`, form);

test('a connection is seen with its traffic, its subscriptions and what slows it', async () => {
  const conversation = await server.conversation('seen');
  const client = await server.login('seen');
  const before = await connectionOf('seen');
  await client.subscribe([conversation.messages, 'list', 0]);
  const after = await connectionOf('seen');
  expect(after).toMatchObject({
    identity: 'seen',
    sdk: 'JS/3.0.1',
    age_seconds: expect.any(Number),
    subscriptions: 1,
    delay_ms: 0,
    bytes_per_second: null,
  });
  for (const count of ['received_frames', 'received_bytes', 'sent_frames', 'sent_bytes']) {
    expect(Number(after[count])).toBeGreaterThan(Number(before[count]));
  }
  const one = await server.rest('GET', `${PATH}/${textAt(after, 'connection_id')}`);
  expect(one).toMatchObject({ status: 200, body: { identity: 'seen', node: expect.any(String) } });
});

test('a connection is dropped without a word, with a goodbye, or told to stay away; each is in the audit log', async () => {
  const cut = await server.login('cut');
  expect((await control('cut', 'Drop')).body).toMatchObject({ here: true });
  expect(await cut.closed).toMatchObject({ code: 1006 });

  const closed = await server.login('closed');
  await control('closed', 'Drop', { How: 'close', Code: '4001', Reason: 'tested' });
  expect(await closed.closed).toEqual({ code: 4001, reason: 'tested' });

  const dismissed = await server.login('dismissed');
  await control('dismissed', 'Drop', { How: 'dismiss', Reason: 'not today' });
  await dismissed.until(() => dismissed.packets.some(({ header }) => header.method === 'close'));
  expect(dismissed.packets.at(-1)?.header).toMatchObject({ method: 'close', status: { description: 'not today' } });

  const { body } = await server.rest('GET', '/confab/v1/AuditLog?Action=connection.dropped');
  expect(body).toMatchObject({ audit_entries: [{ after: { how: 'dismiss' } }, { after: { code: 4001 } }, {}] });
});

test('what no connection can be told to do is refused, and concerns nobody', async () => {
  const client = await server.login('spared');
  for (const [what, form] of [
    ['Drop', { How: 'close', Code: '1005' }],
    ['Drop', { How: 'close', Reason: 'x'.repeat(124) }],
    ['Drop', { How: 'gently' }],
    ['Shape', {}],
    ['Shape', { DelayMs: '60001' }],
    ['Shape', { BytesPerSecond: '99' }],
  ] as const) {
    expect(await control('spared', what, form)).toMatchObject({ status: 400, body: { code: 20001 } });
  }
  expect(statusOf((await client.exchange({ method: 'ping' })).header)).toBe(200);
});

test('a delayed connection gets everything late and in order, and at once when it is cleared', async () => {
  const conversation = await server.conversation('late');
  const client = await server.login('late');
  await client.subscribe([conversation.messages, 'list', 0]);
  expect(server.connections.delay(60_000, { identity: 'late' })).toBe(1);
  for (const n of range(1, 5)) await conversation.send(`message ${n}`);
  const answer = client.exchange({ method: 'ping' });
  expect(eventIds(client, conversation.messages)).toEqual([]);
  expect(await connectionOf('late')).toMatchObject({ delay_ms: 60_000 });
  expect(await control('late', 'Clear')).toMatchObject({ status: 200 });
  await client.until(() => eventIds(client, conversation.messages).length === 5);
  expect(eventIds(client, conversation.messages)).toEqual(range(1, 5));
  expect(statusOf((await answer).header)).toBe(200);
});

test('a throttled connection for which too much waits is cut off like one that does not read', async () => {
  const narrow = await startTestServer({ limitOverrides: { outboxBytesPerConnection: 65_536 } });
  const conversation = await narrow.conversation('slow');
  const client = await narrow.login('slow');
  await client.subscribe([conversation.messages, 'list', 0]);
  expect(narrow.connections.throttle(100)).toBe(1);
  const send = () => conversation.send('x'.repeat(30_000));
  while (client.isOpen() && (await narrow.metric('confab_realtime_cut_off_total')) === 0) await send();
  expect((await client.closed).code).toBe(1006);
});

/** A transport without a peer: what is written is kept, and what comes is said by hand. */
function standing() {
  const written: string[] = [];
  const listeners: ((data: Buffer, isBinary: boolean) => void)[] = [];
  let paused = false;
  const transport: Transport = {
    write: (messages) => void written.push(...messages.map(String)),
    bufferedBytes: () => 0,
    isOpen: () => true,
    pause() {
      paused = true;
    },
    resume() {
      paused = false;
    },
    isPaused: () => paused,
    close: () => void written.push('goodbye'),
    terminate() {},
    onMessage: (listener) => void listeners.push(listener),
    onBytes: () => () => {},
    onDrain() {},
    onError() {},
    onClose() {},
  };
  const receive = (text: string) => {
    for (const listener of listeners) listener(Buffer.from(text), true);
  };
  return { transport, written, receive };
}

test('a throttle lets through so many bytes in a second, and a delay comes on top', () => {
  const clock = manualClock(0);
  const { transport, written } = standing();
  const line = new Line(transport, clock, 1000);
  line.reshape({ delayMs: 500, bytesPerSecond: 100 });
  line.write([Buffer.from('a'.repeat(50)), Buffer.from('b'.repeat(100))]);
  expect(line.bufferedBytes()).toBe(150);
  clock.advance(999);
  expect(written).toEqual([]);
  clock.advance(1);
  expect(written).toEqual(['a'.repeat(50)]);
  clock.advance(999);
  expect(written).toHaveLength(1);
  let drained = 0;
  line.onDrain(() => {
    drained += 1;
  });
  clock.advance(1);
  expect([written.length, line.bufferedBytes(), drained]).toEqual([2, 0, 1]);
});

test('what a slowed client says is bounded: beyond that it is not read from till there is room', () => {
  const clock = manualClock(0);
  const { transport, receive } = standing();
  const line = new Line(transport, clock, 10);
  const heard: string[] = [];
  line.onMessage((data) => heard.push(String(data)));
  line.reshape({ delayMs: 1000, bytesPerSecond: null });
  receive('12345678');
  expect(line.isPaused()).toBe(false);
  receive('12345678');
  expect([line.isPaused(), heard.length]).toEqual([true, 0]);
  clock.advance(1000);
  expect([line.isPaused(), heard.length]).toEqual([false, 2]);
});

test('a goodbye does not overtake what waits, nor wait with it', () => {
  const { transport, written } = standing();
  const line = new Line(transport, manualClock(0), 1000);
  line.reshape({ delayMs: 60_000, bytesPerSecond: null });
  line.write([Buffer.from('last words')]);
  line.close(1001, '');
  expect(written).toEqual(['last words', 'goodbye']);
});
