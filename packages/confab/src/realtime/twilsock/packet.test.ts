import { describe, expect, test } from 'vitest';
import { PacketError, readPacket } from './packet.ts';

const NO_PAYLOAD = Buffer.alloc(0);
const read = (header: Record<string, unknown>, payload = NO_PAYLOAD) => readPacket({ header, payload }, 64);
const http = (http_request: unknown) => ({ method: 'message', id: 'TM1', http_request });

describe('packets', () => {
  test('a request is read with repeated and absent parameters', () => {
    const packet = read(
      http({ method: 'get', path: '/a', params: { one: '1', many: ['2', '3'], odd: 4, odder: [{}], null: null } }),
    );
    expect(packet).toMatchObject({
      method: 'message',
      id: 'TM1',
      activeGrant: '',
      request: { method: 'GET', path: '/a' },
    });
    expect(packet.method === 'message' && [...packet.request.params]).toEqual([
      ['one', ['1']],
      ['many', ['2', '3']],
    ]);
    expect(read(http({ method: 'GET', path: '/a' }))).toMatchObject({ request: { params: new Map() } });
  });

  test.each<[string, Record<string, unknown>]>([
    ['init without a token', { method: 'init', id: 'TM1' }],
    ['init with a token that is no text', { method: 'init', id: 'TM1', token: {} }],
    ['update without a token', { method: 'update', id: 'TM1' }],
    ['a request without http_request', { method: 'message', id: 'TM1' }],
    ['a request that is an array', http([])],
    ['a request without a path', http({ method: 'GET' })],
    ['a request whose method is no text', http({ method: 1, path: '/' })],
    ['a context without an id', { method: 'put_notification_ctx', id: 'TM1' }],
    ['a context without a payload', { method: 'put_notification_ctx', id: 'TM1', notification_ctx_id: 'a' }],
  ])('%s is refused under its id', (_name, header) => {
    expect(() => read(header)).toThrow(PacketError);
    expect(() => read(header)).toThrow(expect.objectContaining({ id: 'TM1' }));
  });

  test('an id that is too long is not repeated', () => {
    expect(() => read({ method: 'ping', id: 'x'.repeat(129) })).toThrow(expect.objectContaining({ id: '' }));
    expect(read({ method: 'ping', id: 'x'.repeat(128) })).toMatchObject({ id: 'x'.repeat(128) });
  });

  test.each([undefined, 1, null, 'nonsense', 'constructor', '__proto__', 'toString'])(
    'method %j is unknown',
    (method) => {
      expect(read({ method, id: 'TM1' })).toMatchObject({ method: 'unknown', id: 'TM1' });
    },
  );

  test('what a prototype would answer is not read', () => {
    const header = Object.create({ id: 'TM1', method: 'init', token: 'inherited' });
    expect(read(header)).toEqual({ method: 'unknown', id: '', name: '' });
  });

  test('a context keeps only what can be a message type', () => {
    const register = (message_types: unknown, id = 'a') =>
      read(
        { method: 'put_notification_ctx', id: 'TM1', notification_ctx_id: id },
        Buffer.from(JSON.stringify({ message_types })),
      );
    expect(register(['a', 1, null])).toMatchObject({ messageTypes: ['a'] });
    expect(register('a')).toMatchObject({ messageTypes: [] });
    expect(() => register(['a'], 'x'.repeat(129))).toThrow(PacketError);
    expect(() => register(Array.from({ length: 33 }, String))).toThrow(PacketError);
    expect(() => register(['x'.repeat(129)])).toThrow(PacketError);
  });
});
