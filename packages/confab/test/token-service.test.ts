import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HttpService, startHttpService } from '../../access-token/src/handler/test-support/http-service.ts';
import type { ConfigInput } from '../src/config/index.ts';
import { type Confab, startConfab } from '../src/index.ts';
import { statusOf } from './realtime/support.ts';
import { openRawClient } from './support/raw-client.ts';
import { type Answer, clientFor, onEveryEngine, type RestServer, startRestServer } from './support/rest-server.ts';

const ORIGIN = 'https://app.example.com';
const CLIENT = 'chat-app';
const pair = await generateKeyPair('ES256');
const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'one' };

/** What the app's own login says: `session=ada` is ada. It would say so of any path, header or method. */
let login: HttpService;
let provider: HttpService;
beforeAll(async () => {
  login = await startHttpService(({ headers }, response) => {
    const identity = /^session=(\w+)$/.exec(headers.cookie ?? '')?.[1];
    if (identity === undefined) response.writeHead(302, { location: `${login.url}/sign-in` }).end();
    else response.writeHead(200, { 'Remote-User': identity }).end();
  });
  provider = await startHttpService(({ url }, response) => {
    const configuration = { issuer: provider.url, jwks_uri: `${provider.url}/keys` };
    response.end(JSON.stringify(url === '/keys' ? { keys: [jwk] } : configuration));
  });
});
afterAll(async () => {
  await login.stop();
  await provider.stop();
});

const byLogin = (): ConfigInput => ({ tokenForwardAuthUrl: `${login.url}/verify`, tokenOrigins: [ORIGIN] });
const byProvider = (): ConfigInput => ({ tokenOidcIssuer: provider.url, tokenOidcAudience: [CLIENT] });

function idToken(claims: Record<string, unknown> = {}): Promise<string> {
  return new SignJWT({ iss: provider.url, aud: CLIENT, sub: 'ada', ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'one' })
    .setIssuedAt()
    .setExpirationTime('10m')
    .sign(pair.privateKey);
}

const ask = (server: RestServer, headers: Record<string, string> = {}, method = 'POST'): Promise<Answer> =>
  server.send('/token', { method, headers });
const asAda = { cookie: 'session=ada' };

function tokenIn({ json }: Answer): string {
  return typeof json === 'object' && json !== null && 'token' in json ? String(json.token) : '';
}

async function withServer(config: ConfigInput, use: (server: RestServer) => Promise<void>): Promise<void> {
  const server = await startRestServer({ config });
  try {
    await use(server);
  } finally {
    await server.stop();
  }
}

describe('the token service', () => {
  it('is off unless it is configured', async () => {
    await withServer({ dev: true }, async (server) => {
      expect(await ask(server, asAda)).toMatchObject({ status: 404, json: { code: 20404 } });
    });
  });

  it('says at the start with what it signs, or why it cannot', async () => {
    await withServer(byProvider(), async ({ log, apiKey, chatServiceSid }) => {
      const on = { level: 'info', msg: 'the token service is on', login: 'oidc', apiKey, chatServiceSid };
      expect(log).toContainEqual(expect.objectContaining(on));
    });
    const tokenApiKey = 'SK0123456789abcdef0123456789abcdef';
    await withServer({ ...byProvider(), tokenApiKey }, async ({ log }) => {
      const off = {
        level: 'error',
        msg: 'the token service cannot make tokens',
        reason: `There is no API key ${tokenApiKey}.`,
      };
      expect(log).toContainEqual(expect.objectContaining(off));
    });
  });

  it('lets somebody in who is known to an identity provider', async () => {
    const confab = await startConfab({ ...byProvider(), dev: false });
    try {
      const headers = { authorization: `Bearer ${await idToken()}` };
      const answer = await fetch(`${confab.url}/token`, { method: 'POST', headers });
      expect(answer.status).toBe(200);
      const { token, identity, expires_in: seconds } = await answer.json();
      expect(identity).toBe('ada');
      expect(seconds).toBeGreaterThan(590);
      expect(seconds).toBeLessThanOrEqual(600);
      const client = await openRawClient(confab.socketUrl);
      expect(statusOf((await client.init(token)).header)).toBe(200);
      await client.close();
    } finally {
      await confab.stop();
    }
  });

  it('refuses whom the provider did not send here', async () => {
    await withServer(byProvider(), async (server) => {
      for (const claims of [{ aud: 'other-app' }, { azp: 'other-app' }, { iss: 'https://evil.example' }, { sub: '' }]) {
        const answer = await ask(server, { authorization: `Bearer ${await idToken(claims)}` });
        expect(answer).toMatchObject({ status: 401, json: { code: 20003, message: 'Authenticate', status: 401 } });
        expect(answer.headers['www-authenticate']).toBe('Bearer');
      }
      expect(await ask(server, asAda)).toMatchObject({ status: 401 });
    });
  });

  it('takes the identity from another claim, for another service and life', async () => {
    const config = { ...byProvider(), tokenOidcClaim: 'email', tokenTtl: 300 };
    await withServer(config, async (server) => {
      const email = { email: 'ada@example.com', email_verified: true };
      const answer = await ask(server, { authorization: `Bearer ${await idToken(email)}` });
      expect(answer.json).toMatchObject({ identity: 'ada@example.com', expires_in: 300 });
      const unverified = { ...email, email_verified: false };
      expect(await ask(server, { authorization: `Bearer ${await idToken(unverified)}` })).toMatchObject({
        status: 401,
      });
    });
  });
});

describe('with a login of the app', () => {
  let server: RestServer;
  beforeAll(async () => {
    server = await startRestServer({ config: byLogin(), logLevel: 'info' });
  });
  afterAll(() => server.stop());

  it('gives a token to whoever is signed in, and asks with their credentials alone', async () => {
    login.requests.length = 0;
    const answer = await ask(server, {
      ...asAda,
      origin: ORIGIN,
      'remote-user': 'root',
      'x-forwarded-for': '192.0.2.1',
    });
    expect(answer.json).toEqual({ token: expect.stringMatching(/^eyJ/), identity: 'ada', expires_in: 3600 });
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      vary: 'Origin',
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-credentials': 'true',
    });
    expect(login.requests).toMatchObject([{ method: 'GET', target: '/verify', headers: { cookie: 'session=ada' } }]);
    expect(login.requests[0]?.headers).not.toHaveProperty('remote-user');
    expect(login.requests[0]?.headers).not.toHaveProperty('x-forwarded-for');
    expect(login.requests[0]?.headers).not.toHaveProperty('origin');
  });

  it('has no token for whom the login sends to its sign-in page', async () => {
    login.requests.length = 0;
    expect(await ask(server, { cookie: 'session=?' })).toMatchObject({
      status: 401,
      json: { message: 'Authenticate' },
    });
    expect(login.requests).toHaveLength(1);
  });

  it('answers the preflight of a listed page', async () => {
    const answer = await ask(server, { origin: ORIGIN, 'access-control-request-method': 'POST' }, 'OPTIONS');
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'POST',
      vary: 'Origin',
    });
  });

  it.each([
    'https://evil.example',
    'http://app.example.com',
    `${ORIGIN}.evil.example`,
    'http://localhost:3000',
    'null',
  ])('has nothing for pages of %s, and does not ask the login', async (origin) => {
    login.requests.length = 0;
    for (const method of ['POST', 'OPTIONS']) {
      const answer = await ask(server, { ...asAda, origin }, method);
      expect(answer.status).toBe(403);
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
      expect(answer.text).not.toContain('eyJ');
    }
    expect(login.requests).toEqual([]);
  });

  it('has nothing for a page whose name was pointed here', async () => {
    const host = 'evil.example';
    expect(await ask(server, { ...asAda, host, origin: `http://${host}` })).toMatchObject({ status: 421 });
    expect(await ask(server, { ...asAda, host: `localhost:${server.port}`, origin: `http://${host}` })).toMatchObject({
      status: 403,
    });
  });

  it.each(['GET', 'PUT', 'DELETE'])('takes no %s', async (method) => {
    expect(await ask(server, asAda, method)).toMatchObject({ status: 405, json: { code: 20004 } });
  });

  it.each([
    ['application/json', '{"identity":"root"}', 200],
    ['application/json', '', 200],
    ['application/json', '{', 200],
    ['application/x-www-form-urlencoded', 'identity=root', 200],
    ['text/plain', 'root', 200],
    ['image/png', 'root', 200],
    ['text/plain', 'x'.repeat(20_000), 413],
  ])('listens to no body: %s %#', async (type, body, status) => {
    const answer = await server.send('/token', { body, headers: { ...asAda, 'content-type': type } });
    expect(answer.status).toBe(status);
    if (status === 200) expect(answer.json).toMatchObject({ identity: 'ada' });
  });

  it('logs each token, without it and without the name', async () => {
    server.log.length = 0;
    const token = tokenIn(await ask(server, asAda));
    const { accountSid, apiKey, chatServiceSid } = server;
    const nameHash = expect.stringMatching(/^[\w-]{43}$/);
    const line = { level: 'info', module: 'token-service', msg: 'token made', nameHash, address: '127.0.0.1' };
    expect(server.log).toContainEqual(
      expect.objectContaining({
        ...line,
        accountSid,
        apiKey,
        chatServiceSid,
        ttl: 3600,
        requestId: expect.stringMatching(/^RQ/),
      }),
    );
    await ask(server, { cookie: 'session=?' });
    expect(server.log).toContainEqual(
      expect.objectContaining({ msg: 'no token made', status: 401, reason: expect.stringContaining('302') }),
    );
    const text = JSON.stringify(server.log);
    expect(text).not.toContain(token.slice(0, 60));
    expect(text).not.toContain('session=');
    expect(text).not.toContain('"ada"');
  });

  it('is unavailable, and says why in the log alone, while the login fails', async () => {
    const { answer } = login;
    login.answer = (_request, response) => response.writeHead(500).end();
    const refused = await ask(server, asAda);
    login.answer = answer;
    expect(refused).toMatchObject({ status: 503, json: { code: 20503 } });
    expect(refused.text).not.toContain('forward');
    expect(server.log).toContainEqual(
      expect.objectContaining({ level: 'error', status: 503, reason: expect.stringContaining('answered 500') }),
    );
  });
});

onEveryEngine((start) => {
  /** Another key of the account. */
  async function addKey(server: RestServer, sid: string, kind: 'standard' | 'restricted'): Promise<void> {
    await server.store.write(async ({ db }) => {
      const first = await db
        .selectFrom('api_keys')
        .selectAll()
        .where('sid', '=', server.apiKey)
        .executeTakeFirstOrThrow();
      const { id: _, ...row } = first;
      // Sealed for another SID: whoever opened it would throw.
      await db
        .insertInto('api_keys')
        .values({ ...row, sid, kind })
        .execute();
    });
  }
  const reasons = (server: RestServer) =>
    server.log.filter(({ msg }) => msg === 'no token made').map(({ reason }) => reason);
  const KEY = 'SK0123456789abcdef0123456789abcdef';
  const SERVICE = 'IS0123456789abcdef0123456789abcdef';

  it.each<[string, Partial<ConfigInput>, (server: RestServer) => Promise<unknown>, string]>([
    ['its key is revoked', {}, ({ client, apiKey }) => client.keys(apiKey).remove(), 'is revoked'],
    ['its key does not exist', { tokenApiKey: KEY }, async () => {}, 'There is no API key'],
    ['its key is Restricted', { tokenApiKey: KEY }, (server) => addKey(server, KEY, 'restricted'), 'is Restricted'],
    ['its service does not exist', { tokenChatServiceSid: SERVICE }, async () => {}, 'has no service'],
    [
      'the account is suspended',
      {},
      ({ client, accountSid }) => client.api.accounts(accountSid).update({ status: 'suspended' }),
      'is not active',
    ],
  ])('makes no token when %s', async (_what, config, change, reason) => {
    const server = await start({ config: { ...byLogin(), ...config } });
    try {
      await change(server);
      const answer = await ask(server, { ...asAda, origin: ORIGIN });
      expect(answer).toMatchObject({ status: 503, json: { code: 20503 } });
      expect(answer.text).not.toMatch(/SK|IS|AC/);
      expect(reasons(server)).toEqual([expect.stringContaining(reason)]);
    } finally {
      await server.stop();
    }
  });
});

it('signs with the key and for the service that are named, until either is gone', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'confab-token-service-'));
  const startIn = (config: ConfigInput = {}) => startConfab({ ...config, dataDir });
  const askIn = ({ url }: Confab) => fetch(`${url}/token`, { method: 'POST', headers: asAda });
  try {
    const first = await startIn();
    const helper = clientFor(first.url, first.accountSid, first.authToken);
    const { sid: tokenApiKey } = await helper.newKeys.create({ friendlyName: 'Token service' });
    const services = await Promise.all(
      ['Second', 'Third'].map((friendlyName) => helper.conversations.v1.services.create({ friendlyName })),
    );
    await first.stop();

    for (const { sid: tokenChatServiceSid } of services) {
      const confab = await startIn({ ...byLogin(), tokenApiKey, tokenChatServiceSid });
      const { conversations, keys } = clientFor(confab.url, confab.accountSid, confab.authToken);
      const { token } = await (await askIn(confab)).json();
      expect(decodeJwt(token)).toMatchObject({
        iss: tokenApiKey,
        grants: { chat: { service_sid: tokenChatServiceSid } },
      });
      const client = await openRawClient(confab.socketUrl);
      expect(statusOf((await client.init(token)).header)).toBe(200);
      if (tokenChatServiceSid === services[0]?.sid) await conversations.v1.services(tokenChatServiceSid).remove();
      else await keys(tokenApiKey).remove();
      expect((await askIn(confab)).status).toBe(503);
      // What it had made ends with it.
      await client.closed;
      await confab.stop();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});

describe('a flood', () => {
  const few = { tokenRequestsPerAddress: 3, tokensPerIdentity: 2 };
  const many = { tokenRequestsPerAddress: 1_000, tokensPerIdentity: 2 };

  it('from one address is held back, and the login is spared', async () => {
    await withServer({ ...byLogin(), limitOverrides: few }, async (server) => {
      login.requests.length = 0;
      const answers = await Promise.all(Array.from({ length: 100 }, () => ask(server, { cookie: 'session=?' })));
      const refused = answers.filter(({ status }) => status === 429);
      expect(refused).toHaveLength(97);
      expect(login.requests).toHaveLength(3);
      for (const { headers, json } of refused) {
        expect(Number(headers['retry-after'])).toBeGreaterThan(0);
        expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60);
        expect(json).toMatchObject({ code: 20429, status: 429 });
      }
    });
  });

  it('of tokens for one identity is held back', async () => {
    await withServer({ ...byLogin(), limitOverrides: many }, async (server) => {
      const statuses = [];
      for (let at = 0; at < 4; at++) statuses.push((await ask(server, asAda)).status);
      expect(statuses).toEqual([200, 200, 429, 429]);
      expect((await ask(server, { cookie: 'session=grace' })).status).toBe(200);
    });
  });

  it('is not hidden by a header that anybody can send', async () => {
    await withServer({ ...byLogin(), limitOverrides: few }, async (server) => {
      const from = (address: string) => ask(server, { cookie: 'session=?', 'x-forwarded-for': address });
      const answers = await Promise.all(Array.from({ length: 10 }, (_, at) => from(`203.0.113.${at}`)));
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(7);
    });
  });

  it('through a trusted proxy is told apart from others', async () => {
    const config = { ...byLogin(), limitOverrides: few, trustedProxies: ['127.0.0.0/8'] };
    await withServer(config, async (server) => {
      const from = (address: string) =>
        ask(server, { cookie: 'session=?', 'x-forwarded-for': `198.51.100.1, ${address}` });
      for (let at = 0; at < 3; at++) expect((await from('203.0.113.7')).status).toBe(401);
      expect((await from('203.0.113.7')).status).toBe(429);
      expect((await from('203.0.113.8')).status).toBe(401);
    });
  });
});
