import { Client } from '@twilio/conversations';
import { describe, expect, test } from 'vitest';
import { manualClock } from '../../src/clock.ts';
import { startTestServer, statusOf } from './support.ts';
import { type TokenParts, tokenMaker } from './tokens.ts';

const START = Date.UTC(2026, 0, 1);
const clock = manualClock(START);
const server = await startTestServer({ parts: { clock } });
const strict = await startTestServer({ dev: false, parts: { clock } });
const make = tokenMaker(server, () => Math.floor(clock.now() / 1000));
const now = START / 1000;
const chat = { service_sid: server.chatServiceSid };

const REFUSALS: [name: string, token: () => string, code: number][] = [
  ['an empty token', () => '', 20101],
  ['text that is no token', () => 'nonsense', 20101],
  ['a token of two parts', () => make('alice').split('.').slice(0, 2).join('.'), 20101],
  ['a token that is too long', () => make('alice', { claims: { padding: 'x'.repeat(8192) } }), 20101],
  ['another typ', () => make('alice', { header: { typ: 'at+jwt' } }), 20102],
  ['another alg', () => make('alice', { header: { alg: 'none' } }), 20102],
  ['another cty', () => make('alice', { header: { cty: 'twilio-fpa;v=2' } }), 20102],
  ['an unknown key', () => make('alice', { claims: { iss: `SK${'9'.repeat(32)}` } }), 20103],
  ['another account', () => make('alice', { claims: { sub: `AC${'9'.repeat(32)}` } }), 20103],
  ['no issuer', () => make('alice', { claims: { iss: undefined } }), 20103],
  ['an expired token', () => make('alice', { claims: { iat: now - 3600, exp: now } }), 20104],
  ['a life of more than a day', () => make('alice', { claims: { exp: now + 86_400 + 61 } }), 20104],
  ['no expiry', () => make('alice', { claims: { exp: undefined } }), 20104],
  ['a start in the future', () => make('alice', { claims: { nbf: now + 61 } }), 20105],
  ['no identity', () => make('alice', { claims: { grants: { chat } } }), 20106],
  ['an empty identity', () => make(''), 20106],
  ['an identity that is too long', () => make('x'.repeat(257)), 20106],
  ['an identity shaped like a User SID', () => make(`US${'a'.repeat(32)}`), 20106],
  ['no chat grant', () => make('alice', { claims: { grants: { identity: 'alice' } } }), 20106],
  ['an unknown service', () => withService(`IS${'9'.repeat(32)}`), 20106],
  ['a service that is no SID', () => withService('constructor'), 20106],
  ['another secret', () => make('alice', { secret: 'wrong' }), 20107],
];

function withService(service_sid: string): string {
  return make('alice', { claims: { grants: { identity: 'alice', chat: { service_sid } } } });
}

async function refusal(token: string, at = server): Promise<Record<string, unknown>> {
  const client = await at.open();
  const { header } = await client.init(token);
  await client.closed;
  expect(client.packets).toHaveLength(1);
  return header;
}

describe('at the socket', () => {
  test.each(REFUSALS)('%s is refused', async (_name, token, errorCode) => {
    expect(await refusal(token())).toMatchObject({
      method: 'reply',
      status: { code: 401, errorCode, description: expect.stringMatching(/.: ./) },
    });
    expect(server.sql('SELECT identity FROM users')).toEqual([]);
  });

  test('outside of development nobody is told what exactly is wrong', async () => {
    for (const [, token, errorCode] of REFUSALS) {
      const { status } = await refusal(token(), strict);
      expect(status).toMatchObject({ code: 401, errorCode, description: expect.stringMatching(/^[A-Za-z/ ]+$/) });
    }
  });

  test('the leeway is 60 s for the start and none for the end', async () => {
    const accepted: TokenParts[] = [
      { claims: { nbf: now + 60 } },
      { claims: { iat: now + 60 } },
      { claims: { exp: now + 86_400 + 60 } },
      { claims: { exp: now + 1 } },
    ];
    for (const parts of accepted) {
      const client = await server.open();
      expect(statusOf((await client.init(make('bob', parts))).header)).toBe(200);
    }
  });

  test('the reply to a good token names what was granted', async () => {
    const client = await server.open();
    const { header } = await client.init(make('carol é'));
    expect(header).toEqual({
      method: 'reply',
      id: expect.stringMatching(/^TM/),
      status: { code: 200, status: 'OK' },
      capabilities: ['client_update'],
      continuation_token: expect.any(String),
      account_descriptor: {
        account_sid: server.accountSid,
        identity: 'carol é',
        instance_sids: { ip_messaging: server.chatServiceSid },
      },
      payload_size: 0,
    });
  });
});

describe('what is wrong with the key or account', () => {
  test.each([
    ['a revoked key', 'UPDATE api_keys SET revoked_at = 1', 'UPDATE api_keys SET revoked_at = NULL'],
    ['a Restricted key', "UPDATE api_keys SET kind = 'restricted'", "UPDATE api_keys SET kind = 'standard'"],
    ['a suspended account', "UPDATE accounts SET status = 'suspended'", "UPDATE accounts SET status = 'active'"],
  ])('%s: 20103, for a login and for an update', async (_name, spoil, mend) => {
    const client = await server.login('dora');
    const token = make('dora');
    server.sql(spoil);
    expect(await refusal(token)).toMatchObject({ status: { code: 401, errorCode: 20103 } });
    const { header } = await client.exchange({ method: 'update', token });
    expect(header).toMatchObject({ status: { code: 401, errorCode: 20103 } });
    await client.closed;
    server.sql(mend);
    const again = await server.open();
    expect(statusOf((await again.init(token)).header)).toBe(200);
  });
});

test('the official SDK is told that its token has expired, and stays away', async () => {
  const token = make('erin', { claims: { iat: now - 3600, exp: now } });
  const client = new Client(token, { Twilsock: { uri: server.socketUrl } });
  const expired = new Promise<void>((resolve) => client.on('tokenExpired', resolve));
  const denied = new Promise<void>((resolve) => {
    client.on('connectionStateChanged', (state) => state === 'denied' && resolve());
  });
  const error = new Promise<unknown>((resolve) => client.on('connectionError', resolve));
  await Promise.all([expired, denied]);
  expect(await error).toMatchObject({ terminal: true, httpStatusCode: 401, errorCode: 20104 });
  expect(client.connectionState).toBe('denied');
  await client.shutdown();
});
