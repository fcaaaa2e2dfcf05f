import { once } from 'node:events';
import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { startTestServer } from './support.ts';

const server = await startTestServer();

/** Status of the answer to an upgrade; 101 when it is granted. */
async function upgrade(
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<number | undefined> {
  const attempt = request(`${server.url}${path}`, {
    method,
    headers: {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      ...headers,
    },
  });
  attempt.end();
  const status = await Promise.race([
    once(attempt, 'upgrade').then(([response, socket]) => {
      socket.destroy();
      return response.statusCode;
    }),
    once(attempt, 'response').then(([response]) => {
      response.resume();
      return response.statusCode;
    }),
  ]);
  return typeof status === 'number' ? status : undefined;
}

const PATH = '/v3/wsconnect';

describe('the upgrade', () => {
  test.each(['127.0.0.1', 'localhost:4000', '[::1]:4000', 'tsock.us1.twilio.com'])(
    'is granted under the host %s',
    async (Host) => {
      expect(await upgrade(PATH, { Host })).toBe(101);
    },
  );

  test.each(['evil.example', 'localhost.evil.example', 'twilio.com.evil.example', '10.0.0.1', 'localhost:port', '?'])(
    'is misdirected under the host %j',
    async (Host) => {
      expect(await upgrade(PATH, { Host })).toBe(421);
    },
  );

  test.each(['/', '/v3', '/v3/wsconnect/', '/v3/wsconnect2', '//v3/wsconnect', '/V3/WSCONNECT', '/v1/Conversations'])(
    'finds nothing at %s',
    async (path) => {
      expect(await upgrade(path)).toBe(404);
    },
  );

  test('takes no notice of a query', async () => {
    expect(await upgrade(`${PATH}?a=b`)).toBe(101);
  });

  test.each<[string, Record<string, string>, string?]>([
    ['another version', { 'Sec-WebSocket-Version': '12' }],
    ['a bad key', { 'Sec-WebSocket-Key': 'x' }],
    ['another protocol', { Upgrade: 'h2c' }],
    ['another method', {}, 'POST'],
  ])('with %s is refused', async (_name, headers, method) => {
    const status = await upgrade(PATH, headers, method);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  });

  test('leaves the server alive and others unaffected', async () => {
    const client = await server.login('alice');
    expect((await client.request('GET', '/Client/v2/Configuration')).status).toBe(200);
  });
});
