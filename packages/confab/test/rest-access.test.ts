import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientFor, type RestServer, startRestServer } from './support/rest-server.ts';

let server: RestServer;
beforeAll(async () => {
  server = await startRestServer({
    config: { publicUrl: 'https://chat.example.com', allowedHosts: ['confab.internal', '10.1.2.3'] },
  });
});
afterAll(() => server.stop());

const basic = (username: string, password: string) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

describe('credentials', () => {
  it.each([
    ['none', undefined],
    ['no scheme', 'x'],
    ['another scheme', 'Bearer abc'],
    ['no base64', 'Basic !!!'],
    ['no colon', `Basic ${Buffer.from('nocolon').toString('base64')}`],
    ['an unknown account', basic('AC00000000000000000000000000000000', 'x')],
    ['an unknown key', basic('SK00000000000000000000000000000000', 'x')],
    ['no SID at all', basic("AC' OR 1=1 --", 'x')],
    ['NUL', basic('AC\0', '\0')],
  ])('%s: 401 with a challenge', async (_what, authorization) => {
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    const answer = await server.send('/v1/Conversations', { headers });
    expect(answer).toMatchObject({ status: 401, json: { code: 20003, status: 401, message: 'Authenticate' } });
    expect(answer.headers['www-authenticate']).toBe('Basic realm="Confab"');
  });

  it('that are wrong are refused, by every operation and before the body is looked at', async () => {
    const client = clientFor(server.url, server.accountSid, `${server.authToken.slice(0, -1)}?`);
    await expect(client.conversations.v1.services.list()).rejects.toMatchObject({ status: 401, code: 20003 });
    const unread = { body: '{', headers: { 'content-type': 'application/json' } };
    expect(await server.send('/v1/Services', unread)).toMatchObject({ status: 401 });
    const key = clientFor(server.url, server.apiKey, server.authToken, server.accountSid);
    await expect(key.conversations.v1.services.list()).rejects.toMatchObject({ status: 401, code: 20003 });
  });

  it('count only in Authorization', async () => {
    const { accountSid, authToken } = server;
    const cookie = `authorization=${encodeURIComponent(basic(accountSid, authToken))}; token=${authToken}`;
    expect(await server.send('/v1/Conversations', { headers: { cookie } })).toMatchObject({ status: 401 });
    expect(await server.send(`/v1/Conversations?AccountSid=${accountSid}&AuthToken=${authToken}`)).toMatchObject({
      status: 401,
    });
  });

  it('of a suspended account and a revoked key are refused', async () => {
    const own = await startRestServer();
    try {
      const key = basic(own.apiKey, own.apiSecret);
      expect(await own.send('/v1/Services', { headers: { authorization: key } })).toMatchObject({ status: 200 });
      await own.store.write(({ db }) => db.updateTable('api_keys').set({ revoked_at: 1 }).execute());
      expect(await own.send('/v1/Services', { headers: { authorization: key } })).toMatchObject({ status: 401 });
      expect(await own.sendAs('/v1/Services')).toMatchObject({ status: 200 });
      await own.store.write(({ db }) => db.updateTable('accounts').set({ status: 'suspended' }).execute());
      expect(await own.sendAs('/v1/Services')).toMatchObject({ status: 401 });
    } finally {
      await own.stop();
    }
  });
});

it("shows another account's resources to nobody else", async () => {
  const own = await startRestServer();
  try {
    const { conversations } = own.client.conversations.v1;
    const { sid } = await conversations.create({ uniqueName: 'private' });
    const message = await conversations(sid).messages.create({ body: 'hello' });
    await conversations(sid).participants.create({ identity: 'ada' });
    // The service and all that is in it goes to another account; the old one keeps its credentials.
    await own.store.write(async ({ db }) => {
      const { id } = await db
        .insertInto('accounts')
        .values({
          sid: 'AC0123456789abcdef0123456789abcdef',
          friendly_name: 'Other',
          status: 'active',
          auth_token: 'sealed elsewhere',
          default_service_id: null,
          created_at: 0,
          updated_at: 0,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      await db.updateTable('services').set({ account_id: id }).where('sid', '=', own.chatServiceSid).execute();
      await db.updateTable('accounts').set({ default_service_id: null }).where('sid', '=', own.accountSid).execute();
    });
    const service = `/v1/Services/${own.chatServiceSid}`;
    for (const path of [
      service,
      `${service}/Conversations`,
      `${service}/Conversations/${sid}`,
      `${service}/Conversations/private/Messages`,
      `${service}/Conversations/${sid}/Messages/${message.sid}`,
      `${service}/Conversations/${sid}/Participants/ada`,
      `/v1/Conversations/${sid}`,
    ]) {
      expect(await own.sendAs(path)).toMatchObject({ status: 404, json: { code: 20404 } });
    }
    expect(await own.sendAs(`${service}/Conversations/${sid}/Messages`, { form: { Body: 'x' } })).toMatchObject({
      status: 404,
      json: { code: 20404 },
    });
    expect(await own.sendAs('/v1/Services')).toMatchObject({ status: 200, json: { services: [] } });
  } finally {
    await own.stop();
  }
});

describe('the Host of a request', () => {
  it.each([
    'localhost',
    'LOCALHOST:4000',
    '127.0.0.1:4000',
    '127.9.9.9',
    '[::1]:4000',
    'chat.example.com',
    'confab.internal:80',
    '10.1.2.3',
    'conversations.twilio.com',
    'tsock.us1.twilio.com:443',
  ])('may be %s', async (host) => {
    expect(await server.send('/health', { headers: { host } })).toMatchObject({ status: 200 });
  });

  it.each([
    'evil.example',
    'localhost.evil.example',
    'chat.example.com.evil.example',
    'example.com',
    'twilio.com',
    '127.0.0.1.nip.io',
    '2130706433',
    '0x7f.1',
    '128.0.0.1',
    '[::2]',
    '[::1',
    'localhost:',
    'localhost:4000:1',
    'localhost:x',
    'user@localhost',
    'localhost/',
    'local host',
  ])('may not be %j', async (host) => {
    const answer = await server.send('/v1/Conversations', { headers: { host } });
    expect(answer).toMatchObject({ status: 421, json: { code: 20001, status: 421 } });
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('is that of the target when the target is in absolute form', async () => {
    expect(await server.send('http://evil.example/health', { headers: { host: 'localhost' } })).toMatchObject({
      status: 421,
    });
    expect(await server.send('http://localhost:4000/health', { headers: { host: 'evil.example' } })).toMatchObject({
      status: 200,
    });
    const headers = { host: 'localhost' };
    expect(await server.sendAs('http://localhost:4000/v1/Services?PageSize=1', { headers })).toMatchObject({
      status: 200,
      json: { services: [{ account_sid: server.accountSid }] },
    });
    expect(await server.send('http://localhost/nothing?x', { headers })).toMatchObject({
      status: 404,
      json: { message: 'The requested resource /nothing was not found' },
    });
  });

  it('must be there', async () => {
    const exchange = async (request: string) => {
      const socket = connect(server.port, '127.0.0.1');
      socket.end(request);
      return text(socket);
    };
    expect(await exchange('GET /health HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await exchange('GET /health HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 421 /);
    expect(await exchange('GET /health HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 421 /);
  });

  it('leaves the public URL in all answers', async () => {
    const answer = await server.sendAs('/v1/Services', { headers: { host: 'confab.internal' } });
    expect(answer).toMatchObject({
      json: {
        services: [{ url: `https://chat.example.com/v1/Services/${server.chatServiceSid}` }],
        meta: { url: 'https://chat.example.com/v1/Services?PageSize=50&Page=0' },
      },
    });
  });

  it('is what URLs begin with where no public URL is set', async () => {
    const own = await startRestServer();
    try {
      for (const host of ['localhost:1234', 'conversations.twilio.com']) {
        expect(await own.sendAs('/v1/Services', { headers: { host } })).toMatchObject({
          json: { meta: { url: `http://${host}/v1/Services?PageSize=50&Page=0` } },
        });
      }
    } finally {
      await own.stop();
    }
  });
});

describe('scripts of other origins', () => {
  const headers = { origin: 'https://app.example' };

  it('may read every answer of the API, without credentials of the browser', async () => {
    for (const answer of [
      await server.sendAs('/v1/Services', { headers }),
      await server.sendAs('/v1/NoSuchThing', { headers }),
      await server.send('/v1/Services', { headers }),
    ]) {
      expect(answer.headers['access-control-allow-origin']).toBe('*');
      expect(answer.headers['access-control-expose-headers']).toContain('Twilio-Request-Id');
      expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
    }
  });

  it('are answered when they ask first', async () => {
    const answer = await server.send('/v1/Conversations/x/Messages', {
      method: 'OPTIONS',
      headers: {
        ...headers,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
    expect(answer).toMatchObject({ status: 204, text: '' });
    expect(answer.headers['access-control-allow-origin']).toBe('*');
    expect(answer.headers['access-control-allow-methods']).toBe('GET, HEAD, POST, DELETE, OPTIONS');
    expect(answer.headers['access-control-allow-headers']).toContain('Authorization');
    expect(answer.headers['access-control-allow-headers']).toContain('X-Twilio-Webhook-Enabled');
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
  });

  it('get nothing of what is not the API', async () => {
    for (const path of ['/health', '/metrics', '/v1x']) {
      const answer = await server.send(path, { headers });
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    }
    const preflight = await server.send('/metrics', { method: 'OPTIONS', headers });
    expect(preflight.status).toBe(405);
  });
});
