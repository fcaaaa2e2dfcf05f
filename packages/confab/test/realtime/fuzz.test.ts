import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLogger } from '../../src/logging.ts';
import { decodeFrame } from '../../src/realtime/twilsock/frame.ts';
import type { RawClient } from '../support/raw-client.ts';
import { frameOf, textAt } from '../support/raw-frames.ts';
import { CLIENT, eventIds, range, startTestServer } from './support.ts';

/** A million are sent on demand: CONFAB_FUZZ_FRAMES=1000000 npm test -- fuzz. */
const FRAMES = Number(process.env.CONFAB_FUZZ_FRAMES ?? 20_000);
/** Frames that are made at once, all from one seed. */
const ROUND = 20_000;
const IN_A_ROW = 25;
const ROUND_TIMEOUT_MS = 120_000;
const SEED = 20_260_101;

const errors: string[] = [];
const logger = createLogger({ level: 'error', stream: { write: (line) => errors.push(line) } });
const server = await startTestServer({ parts: { logger } });
// An administrator of the conversation, so that much of what is asked is allowed.
const mallory = await server.login('mallory');
const made = await mallory.request('POST', `${CLIENT}/Conversations`, {});
const sid = textAt(made.body, 'sid');
for (const identity of ['mallory', 'bystander']) {
  await mallory.request('POST', `${CLIENT}/Conversations/${sid}/Participants`, { identity });
}
const messages = `ES${sid.slice(2)}`;
const roster = `MP${sid.slice(2)}`;
const channel = `ET${sid.slice(2)}`;

/** What a client may send, in its right form. */
const token = await server.token('mallory');
const http = (method: string, path: string, params: unknown = {}) => ({
  method: 'message',
  active_grant: 'ip_messaging',
  payload_type: 'application/json',
  http_request: { host: 'aim.us1.twilio.com', method, path, params, headers: { 'Content-Type': ['application/json'] } },
});
const service = `/v3/Services/${server.chatServiceSid}`;
const entry = { object_sid: messages, object_type: 'list', last_event_id: 0 };
const RIGHT: [header: Record<string, unknown>, body: unknown][] = [
  [{ method: 'ping' }, undefined],
  [{ method: 'reply', status: { code: 200, status: 'OK' } }, undefined],
  [{ method: 'telemetry.v1', events: [] }, undefined],
  [{ method: 'update', token }, undefined],
  [{ method: 'init', token, registrations: [] }, undefined],
  [{ method: 'put_notification_ctx', notification_ctx_id: 'x' }, { message_types: ['twilio.sync.event'] }],
  [{ method: 'delete_notification_ctx', notification_ctx_id: 'x' }, undefined],
  [http('GET', `${CLIENT}/Configuration`), undefined],
  [http('GET', `${CLIENT}/MyConversations`, { PageToken: sid }), undefined],
  [http('GET', `${CLIENT}/Users/mallory`), undefined],
  [http('POST', `${CLIENT}/Conversations`), { friendly_name: 'x', unique_name: 'y', attributes: '{}' }],
  [http('GET', `${CLIENT}/Conversations/${sid}`), undefined],
  [http('POST', `${CLIENT}/Conversations/${sid}`), { attributes: '{}' }],
  [http('POST', `${CLIENT}/Conversations/${sid}/Participants`), { identity: 'x', attributes: '{}' }],
  [http('DELETE', `${CLIENT}/Conversations/${sid}/Participants/nobody`), {}],
  [http('POST', `${CLIENT}/Conversations/${sid}/Messages`), { body: 'x', attributes: '{}' }],
  [http('POST', `${CLIENT}/Conversations/${sid}/Messages/IM0`), { body: 'x' }],
  [http('GET', `/v3/Documents/${channel}`), undefined],
  [http('GET', `/v3/Maps/${roster}`, { Include: 'items' }), undefined],
  [http('GET', `${service}/Lists/${messages}/Items`, { From: '0', Order: 'desc', PageSize: '10' }), undefined],
  [http('GET', `${service}/Maps/${roster}/Items`, { Key: 'MB', PageToken: 'x' }), undefined],
  [http('POST', '/v4/Subscriptions'), { action: 'establish', correlation_id: 1, requests: [entry] }],
  [http('POST', '/v4/Subscriptions'), { action: 'cancel', correlation_id: 1, requests: [entry] }],
];

const odd = fc.oneof(
  fc.constantFrom<unknown>(
    '__proto__',
    'constructor',
    '',
    '\0',
    '\ud800',
    -1,
    0.5,
    1e308,
    Number.MAX_SAFE_INTEGER,
    null,
    true,
    [],
    {},
  ),
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'binary' }),
);

/** JSON text with one of its values replaced by anything. */
const spoilt = (value: unknown) => {
  const text = JSON.stringify(value) ?? '';
  const values = [...text.matchAll(/"(?:[^"\\]|\\.)*"|\d+|null|\{\}|\[\]/g)];
  return fc.tuple(fc.nat({ max: Math.max(0, values.length - 1) }), odd).map(([at, other]) => {
    const found = values[at];
    if (found === undefined) return text;
    return text.slice(0, found.index) + JSON.stringify(other) + text.slice(found.index + found[0].length);
  });
};

const ofRight = (make: (header: Record<string, unknown>, body: unknown) => fc.Arbitrary<Buffer>) =>
  fc.constantFrom(...RIGHT).chain(([header, body]) => make({ id: 'TM1', ...header }, body));
const text = (body: unknown): string => (body === undefined ? '' : JSON.stringify(body));

const frame = fc.oneof(
  // Wrong inside, with right lengths.
  { weight: 40, arbitrary: ofRight((header, body) => spoilt(body).map((payload) => frameOf(header, payload))) },
  {
    weight: 40,
    arbitrary: ofRight((header, body) =>
      spoilt({ ...header, payload_size: Buffer.byteLength(text(body)) }).map((line) =>
        Buffer.from(`TWILSOCK V3.0 ${Buffer.byteLength(line)}\r\n${line}\r\n${text(body)}`),
      ),
    ),
  },
  { weight: 10, arbitrary: ofRight((header) => odd.map((value) => frameOf(header, text(value)))) },
  // Wrong outside: these end the connection.
  {
    weight: 1,
    arbitrary: ofRight((header, body) => {
      const good = frameOf(header, text(body));
      return fc
        .tuple(fc.nat({ max: good.length }), fc.nat({ max: 20 }), fc.uint8Array({ maxLength: 20 }))
        .map(([at, length, bytes]) => Buffer.concat([good.subarray(0, at), bytes, good.subarray(at + length)]));
    }),
  },
  { weight: 1, arbitrary: fc.uint8Array().map((bytes) => Buffer.from(bytes)) },
);

function usedHeap(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

/** No frame, or a new token that is no good: what comes after it is not heard. */
function endsConnection(bytes: Buffer): boolean {
  try {
    return decodeFrame(bytes, 64).header.method === 'update';
  } catch {
    return true;
  }
}

async function expectUnharmed(bystander: RawClient): Promise<void> {
  expect(errors).toEqual([]);
  expect(bystander.isOpen()).toBe(true);
  const sent = await bystander.request('POST', `${CLIENT}/Conversations/${sid}/Messages`, { body: 'end' });
  expect(sent.status).toBe(201);
  expect(Object.keys(Object.prototype)).toEqual([]);
}

interface Traffic {
  connections: number;
  /** Requests among the frames that were answered. */
  answers: number;
}

/** Sends the frames as mallory, who comes again whenever a frame has ended the connection. */
async function send(frames: readonly Buffer[]): Promise<Traffic> {
  const traffic: Traffic = { connections: 0, answers: 0 };
  let client: RawClient | undefined;
  for (let at = 0; at < frames.length; at += IN_A_ROW) {
    if (client?.isOpen() !== true) {
      client = await server.login('mallory');
      traffic.connections += 1;
    }
    const batch = frames.slice(at, at + IN_A_ROW);
    const seen = client.packets.length;
    for (const ends of [false, true]) {
      for (const bytes of batch) if (endsConnection(bytes) === ends) client.socket.send(bytes);
      // Answered, or ended: either way the server has read them all.
      await client.exchange({ method: 'ping', id: `PING${at}${ends}` }).catch(() => {});
    }
    traffic.answers += client.packets.slice(seen).filter(({ header }) => header.http_status !== undefined).length;
  }
  await client?.close();
  return traffic;
}

/** Waits until the bystander has all messages that came after event `from`, and returns the last one's event. */
async function expectToldAll(bystander: RawClient, from: number): Promise<number> {
  const [row] = server.sql('SELECT messages_event AS head FROM conversations WHERE sid = ?', sid);
  const head = Number(row?.head);
  await bystander.until(() => eventIds(bystander, messages).length >= head - from);
  const ids = eventIds(bystander, messages);
  expect(ids).toEqual(range(from + 1, from + ids.length));
  return from + ids.length;
}

test(`${FRAMES} wrong frames after init harm nobody`, {
  timeout: ROUND_TIMEOUT_MS * Math.ceil(FRAMES / ROUND),
}, async () => {
  await mallory.close();
  const sum: Traffic = { connections: 0, answers: 0 };
  let told = 0;
  let heap = 0;
  for (let sent = 0; sent < FRAMES; sent += ROUND) {
    // Another one in each round: what a client was told it keeps, and here that counts as the server's memory.
    const bystander = await server.login('bystander');
    await bystander.subscribe([messages, 'list', told]);
    const frames = fc.sample(frame, { numRuns: Math.min(ROUND, FRAMES - sent), seed: SEED + sent });
    const quarter = frames.length / 4;
    for (const part of [frames.slice(0, quarter), frames.slice(quarter)]) {
      const { connections, answers } = await send(part);
      sum.connections += connections;
      sum.answers += answers;
      if (heap === 0) heap = usedHeap();
    }
    await expectUnharmed(bystander);
    told = await expectToldAll(bystander, told);
    expect(await server.metric('confab_realtime_connections')).toBe(1);
    await bystander.close();
  }
  expect(sum.connections).toBeGreaterThan(20);
  expect(sum.answers).toBeGreaterThan(FRAMES / 4);
  expect(told).toBeGreaterThan(10);
  expect(usedHeap() - heap).toBeLessThan(100 * 1024 * 1024);
  expect(server.sql('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
});

test('nor do wrong frames before init', async () => {
  const bystander = await server.login('bystander');
  const users = server.sql('SELECT count(*) FROM users');
  for (const bytes of fc.sample(frame, { numRuns: 500, seed: SEED + 1 })) {
    const client = await server.open();
    client.send(bytes);
    // The one init among them whose token is right.
    await client.until(() => client.packets.length > 0).catch(() => {});
    client.socket.terminate();
  }
  expect(server.sql('SELECT count(*) FROM users')).toEqual(users);
  await expectUnharmed(bystander);
}, 60_000);
