import { beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/config/limits.ts';
import type { RawClient } from '../support/raw-client.ts';
import { frameOf, lyingFrame } from '../support/raw-frames.ts';
import { CLIENT, startTestServer, statusOf } from './support.ts';

const server = await startTestServer();
const { frameBytes, preInitFrameBytes } = DEFAULT_LIMITS;
/** Close codes of RFC 6455 7.4.1. */
const [PROTOCOL_ERROR, UNSUPPORTED_DATA, TOO_BIG] = [1002, 1003, 1009];

/** Another client, logged in all the while, is served as before, and nothing has been made. */
async function expectUnharmed(): Promise<void> {
  const bystander = await server.login('bystander');
  const answer = await bystander.request('GET', `${CLIENT}/MyConversations`);
  expect(answer).toMatchObject({ status: 200, body: { conversations: [] } });
  expect(server.sql('SELECT count(*) AS n FROM conversations')).toEqual([{ n: 0 }]);
  await bystander.close();
}

const createConversation = {
  method: 'message',
  id: 'TM1',
  active_grant: 'ip_messaging',
  http_request: { host: 'aim', path: `${CLIENT}/Conversations`, method: 'POST', params: {}, headers: {} },
};
const createFrame = frameOf(createConversation, '{}');
const headerText = JSON.stringify({ ...createConversation, payload_size: 2 });
const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

/** The frame that makes a conversation, with something else in its header, and right in all else. */
function withHeader(what: string, other: string): Buffer {
  return lyingFrame({ header: headerText.replace(what, other), payload: '{}' });
}

const BAD_FRAMES: [string, Buffer][] = [
  ['nothing', Buffer.alloc(0)],
  ['random bytes', Buffer.from('8f3a00ff10c2e2', 'hex')],
  ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
  ['another version', lyingFrame({ magic: 'TWILSOCK V4.0 ', header: headerText, payload: '{}' })],
  ['a short length', lyingFrame({ length: Buffer.byteLength(headerText) - 1, header: headerText, payload: '{}' })],
  ['a long length', lyingFrame({ length: Buffer.byteLength(headerText) + 1, header: headerText, payload: '{}' })],
  ['a negative length', lyingFrame({ length: -1, header: headerText, payload: '{}' })],
  ['a huge length', lyingFrame({ length: '9'.repeat(30), header: headerText, payload: '{}' })],
  ['no line break after the header', Buffer.from(createFrame.toString('latin1').replace('}\r\n{', '}{'), 'latin1')],
  ['a payload size that promises more', lyingFrame({ header: headerText, payload: '{' })],
  ['a negative payload size', withHeader('"payload_size":2', '"payload_size":-2')],
  ['a header that is too deep', withHeader('"params":{}', `"params":${deep(63)}`)],
  ['a header with __proto__', withHeader('"params":{}', '"__proto__":{"polluted":1}')],
  ['a header cut in the middle', createFrame.subarray(0, 60)],
];

/** A frame of exactly so many bytes. */
function ofSize(size: number, frame: (filling: string) => Buffer): Buffer {
  for (let filling = size; filling > 0; filling -= 1) {
    const made = frame('x'.repeat(filling));
    if (made.length === size) return made;
  }
  throw new Error(`No frame has ${size} bytes.`);
}

describe('before init', () => {
  test.each(BAD_FRAMES)('%s closes the socket', async (_name, bytes) => {
    const client = await server.open();
    client.send(bytes);
    expect(await client.closed).toMatchObject({ code: PROTOCOL_ERROR });
    expect(client.packets).toEqual([]);
    await expectUnharmed();
  });

  test('text closes the socket', async () => {
    const client = await server.open();
    client.send(createFrame.toString());
    expect(await client.closed).toMatchObject({ code: UNSUPPORTED_DATA });
  });

  test('any other packet closes the socket', async () => {
    for (const header of [createConversation, { method: 'ping', id: 'TM1' }, { method: 'close', id: 'TM1' }, {}]) {
      const client = await server.open();
      client.send(frameOf(header));
      expect(await client.closed).toMatchObject({ code: PROTOCOL_ERROR });
      expect(client.packets).toEqual([]);
    }
    await expectUnharmed();
  });

  test('an init without a token is refused, and the socket closed', async () => {
    const client = await server.open();
    client.send(frameOf({ method: 'init', id: 'TM1' }));
    await client.closed;
    expect(client.packets).toEqual([
      { header: { method: 'reply', id: 'TM1', status: expect.objectContaining({ code: 400 }), payload_size: 0 } },
    ]);
  });

  test('a frame of the small limit is read, and one byte more is not', async () => {
    const token = await server.token('alice');
    const init = (size: number) => ofSize(size, (filling) => frameOf({ method: 'init', token, metadata: filling }));
    const client = await server.open();
    client.send(init(preInitFrameBytes));
    await client.until(() => client.packets.length === 1);
    expect(statusOf(client.packets[0]?.header ?? {})).toBe(200);

    const other = await server.open();
    other.send(init(preInitFrameBytes + 1));
    expect(await other.closed).toMatchObject({ code: TOO_BIG });
  });

  test('a large frame is not waited for to its end', async () => {
    const client = await server.open();
    // Half of a message: its end never comes.
    client.socket.send(Buffer.alloc(2 * preInitFrameBytes), { fin: false });
    expect(await client.closed).toMatchObject({ code: expect.any(Number) });
    const dripping = await server.open();
    for (let sent = 0; sent <= 2 * preInitFrameBytes; sent += 1024) {
      dripping.socket.send(Buffer.alloc(1024), { fin: false });
    }
    await dripping.closed;
    await expectUnharmed();
  });

  test('a second packet before the answer closes the socket, and is not done', async () => {
    const token = await server.token('hasty');
    const client = await server.open();
    client.send(frameOf({ method: 'init', id: 'TM1', token }));
    client.send(createFrame);
    client.send(createFrame);
    expect(await client.closed).toMatchObject({ code: PROTOCOL_ERROR });
    await expectUnharmed();
  });

  test('nothing that follows a bad frame is done', async () => {
    const token = await server.token('persistent');
    const client = await server.open();
    client.send(Buffer.from('nonsense'));
    client.send(frameOf({ method: 'init', id: 'TM1', token }));
    client.send(createFrame);
    await client.closed;
    expect(client.packets).toEqual([]);
    expect(server.sql('SELECT identity FROM users WHERE identity = ?', 'persistent')).toEqual([]);
    await expectUnharmed();
  });
});

describe('after init', () => {
  let client: RawClient;
  beforeAll(() => async () => client.socket.terminate());

  test.each(BAD_FRAMES)('%s closes the socket, and what follows it is not done', async (_name, bytes) => {
    client = await server.login('alice');
    client.send(bytes);
    client.send(createFrame);
    expect(await client.closed).toMatchObject({ code: PROTOCOL_ERROR });
    await expectUnharmed();
  });

  test('fragments are one message', async () => {
    client = await server.login('alice');
    const frame = frameOf({ method: 'ping', id: 'TM7' });
    for (const byte of frame.subarray(0, -1)) client.socket.send(Buffer.from([byte]), { fin: false });
    client.socket.send(frame.subarray(-1), { fin: true });
    await client.until(() => client.packets.some(({ header }) => header.id === 'TM7'));
  });

  test('a frame of the limit is read, and one byte more closes the socket', async () => {
    const ping = (size: number, id: string) => ofSize(size, (filling) => frameOf({ method: 'ping', id }, filling));
    client = await server.login('alice');
    client.send(ping(frameBytes, 'TM8'));
    await client.until(() => client.packets.some(({ header }) => header.id === 'TM8'));
    client.send(ping(frameBytes + 1, 'TM9'));
    expect(await client.closed).toMatchObject({ code: TOO_BIG });
    await expectUnharmed();
  });

  test.each<[string, string]>([
    ['is no JSON', '{'],
    ['is an array', '[]'],
    ['is empty', ''],
    ['is too deep', `{"extra":${deep(64)}}`],
    ['is very deep', deep(400_000)],
    ['is too deep in objects', `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`],
    ['has __proto__', '{"__proto__":{"friendly_name":"x"}}'],
    ['has a hidden __proto__', String.raw`{"\u005f_proto__":{"friendly_name":"x"}}`],
    ['has a name that is no text', '{"friendly_name":{"constructor":{"prototype":{"polluted":1}}}}'],
    ['has attributes that are an object', '{"attributes":{}}'],
    ['has attributes that are no JSON', '{"attributes":"{"}'],
    ['has attributes that are too deep', JSON.stringify({ attributes: deep(65) })],
    ['has a lone surrogate', String.raw`{"friendly_name":"\ud800"}`],
    ['has a NUL', String.raw`{"friendly_name":"\u0000"}`],
  ])('a body that %s is a 400', async (_name, payload) => {
    client = await server.login('alice');
    const { header } = await client.exchange(createConversation, payload);
    expect(header).toMatchObject({ status: { code: 200 }, http_status: { code: 400 } });
    expect(client.isOpen()).toBe(true);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    await expectUnharmed();
  });

  test.each<[string, object, number]>([
    ['an unknown method', { method: 'nonsense' }, 400],
    ['a second init', { method: 'init', token: 'x' }, 409],
    ['a request without http_request', { method: 'message' }, 400],
    ['an update without a token', { method: 'update' }, 400],
    ['a context without an id', { method: 'put_notification_ctx' }, 400],
  ])('%s is refused, and the connection goes on', async (_name, header, code) => {
    client = await server.login('alice');
    expect(statusOf((await client.exchange({ ...header })).header)).toBe(code);
    expect(statusOf((await client.exchange({ method: 'ping' })).header)).toBe(200);
  });
});
