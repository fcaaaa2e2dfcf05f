import { verifyAccessToken } from '@confab/access-token/verify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RestServer, startRestServer } from './support/rest-server.ts';

let server: RestServer;
beforeAll(async () => {
  server = await startRestServer({ config: { dev: true, allowedOrigins: ['https://app.example'] } });
});
afterAll(() => server.stop());

const form = { identity: 'ada' };
const post = (headers: Record<string, string> = {}) => server.send('/dev/token', { form, headers });

async function tokenFrom(): Promise<string> {
  const { json } = await post();
  return typeof json === 'object' && json !== null && 'token' in json ? String(json.token) : '';
}

describe('the development token endpoint', () => {
  it('mints what the socket accepts', async () => {
    const { accountSid, apiKey, apiSecret, chatServiceSid } = server;
    const claims = await verifyAccessToken(await tokenFrom(), {
      now: Date.now(),
      findKey: (sid) =>
        sid === apiKey
          ? { accountSid, accountStatus: 'active', kind: 'main', secrets: [Buffer.from(apiSecret)] }
          : undefined,
    });
    expect(claims).toMatchObject({ identity: 'ada', grants: { chat: { serviceSid: chatServiceSid } } });
  });

  it('gives a token for a form, with the defaults filled in', async () => {
    const answer = await post();
    expect(answer).toMatchObject({
      status: 200,
      json: { token: expect.any(String), identity: 'ada', expires_in: 3600, chat_service_sid: server.chatServiceSid },
    });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers.vary).toBe('Origin');
  });

  it('gives a token for JSON, with everything named', async () => {
    const { sid: chatServiceSid } = await server.client.conversations.v1.services.create({ friendlyName: 'Second' });
    const body = JSON.stringify({ identity: 'bén', ttl: 60, chatServiceSid });
    const headers = { 'content-type': 'application/json' };
    const { status, json } = await server.send('/dev/token', { body, headers });
    expect({ status, json }).toMatchObject({
      status: 200,
      json: { identity: 'bén', expires_in: 60, chat_service_sid: chatServiceSid },
    });
  });

  it.each([
    ['no body', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['no identity', '{}'],
    ['an empty identity', '{"identity":""}'],
    ['an identity that is no text', '{"identity":{"a":1}}'],
    ['an identity like a SID', '{"identity":"US0123456789abcdef0123456789abcdef"}'],
    ['a fraction', '{"identity":"ada","ttl":1.5}'],
    ['a ttl that is too long', '{"identity":"ada","ttl":86401}'],
    ['a ttl that is no number', '{"identity":"ada","ttl":"1h"}'],
    ['a service that is no text', '{"identity":"ada","chatServiceSid":1}'],
    ['bad JSON', '{"identity"'],
    ['a poisoned object', '{"identity":"ada","__proto__":{"x":1}}'],
  ])('refuses %s', async (_what, body) => {
    const answer = await server.send('/dev/token', { body, headers: { 'content-type': 'application/json' } });
    expect(answer).toMatchObject({ status: 400, json: { code: 20001, message: expect.any(String) } });
  });

  it('refuses a service that is not there, or no longer', async () => {
    const { services } = server.client.conversations.v1;
    const { sid } = await services.create({ friendlyName: 'Gone' });
    await services(sid).remove();
    for (const chatServiceSid of [sid, 'IS1', `IS${'0'.repeat(32)}`]) {
      const body = JSON.stringify({ identity: 'ada', chatServiceSid });
      const answer = await server.send('/dev/token', { body, headers: { 'content-type': 'application/json' } });
      const message = `The account has no service ${chatServiceSid}.`;
      expect(answer).toMatchObject({ status: 404, json: { code: 20404, message } });
    }
  });

  it('takes POST only', async () => {
    const answer = await server.send('/dev/token?identity=ada');
    expect(answer).toMatchObject({ status: 405, json: { code: 20004 } });
  });

  it.each([
    'http://localhost:3000',
    'http://127.0.0.1:5173',
    'http://[::1]:8080',
    'https://localhost',
    'https://app.example',
  ])('serves pages of %s', async (origin) => {
    const answer = await post({ origin });
    expect(answer.status).toBe(200);
    expect(answer.headers['access-control-allow-origin']).toBe(origin);
    expect(answer.headers.vary).toBe('Origin');
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');

    const preflight = await server.send('/dev/token', { method: 'OPTIONS', headers: { origin } });
    expect(preflight).toMatchObject({ status: 204 });
    expect(preflight.headers['access-control-allow-origin']).toBe(origin);
    expect(preflight.headers['access-control-allow-methods']).toBe('POST');
    expect(preflight.headers['access-control-allow-headers']).toBe('Content-Type');
  });

  it.each([
    'https://evil.example',
    'http://app.example',
    'https://app.example.evil.example',
    'http://localhost.evil.example',
    'null',
    'file://',
    'http://localhost:3000/',
    'http://user@localhost',
    '',
  ])('refuses pages of %j', async (origin) => {
    for (const answer of [
      await post({ origin }),
      await server.send('/dev/token', { method: 'OPTIONS', headers: { origin } }),
    ]) {
      expect(answer.status).toBe(403);
      expect(answer.text).not.toContain('eyJ');
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  it.each(['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via'])(
    'refuses what came through a proxy: %s',
    async (name) => {
      expect(await post({ [name]: '127.0.0.1' })).toMatchObject({ status: 403, json: { code: 20003 } });
    },
  );

  it('refuses hosts that are no loopback names, also those that are served otherwise', async () => {
    expect(await post({ host: 'conversations.twilio.com' })).toMatchObject({ status: 403 });
    expect(await post({ host: 'evil.example' })).toMatchObject({ status: 421 });
  });

  it('is not there outside development mode', async () => {
    const plain = await startRestServer();
    try {
      expect(await plain.send('/dev/token', { form })).toMatchObject({ status: 404, json: { code: 20404 } });
    } finally {
      await plain.stop();
    }
  });

  it('never logs the token', async () => {
    const token = await tokenFrom();
    expect(token).toMatch(/^eyJ/);
    expect(server.log).toContainEqual(expect.objectContaining({ route: '/dev/token' }));
    expect(JSON.stringify(server.log)).not.toContain(token.slice(0, 60));
  });
});
