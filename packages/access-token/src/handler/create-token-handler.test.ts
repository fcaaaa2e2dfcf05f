import { describe, expect, it, test } from 'vitest';
import { accountSid, apiKey, apiSecret, NOW, roleSid, serviceSid, verify } from '../test-support/fixtures.ts';
import { bearerToken, hashApiToken } from './bearer-token.ts';
import { createTokenHandler, type TokenHandlerOptions } from './create-token-handler.ts';
import { endpoint, expectNoDetail, ORIGIN } from './test-support/endpoint.ts';

const API_TOKEN = 'api-token-0123456789abcdefghijklmnop';
const bearer = bearerToken({ tokens: [{ sha256: await hashApiToken(API_TOKEN), identity: 'bot' }] });

describe('the answer', () => {
  it('is a token for the caller, who it is for, and how long it is good for', async () => {
    const { ask } = endpoint();
    const { status, headers, body } = await ask();
    expect({ status, body }).toEqual({
      status: 200,
      body: { token: expect.any(String), identity: 'ada', expires_in: 3600 },
    });
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(await verify(String(body.token))).toMatchObject({ identity: 'ada', grants: { chat: { serviceSid } } });
  });

  it('has the role of the caller in the chat grant', async () => {
    const { ask } = endpoint({ authenticate: () => ({ identity: 'ada', deploymentRoleSid: roleSid }) });
    const { body } = await ask();
    expect((await verify(String(body.token))).grants.chat).toMatchObject({ serviceSid, deploymentRoleSid: roleSid });
  });

  it('takes grants and credentials from functions, for each caller anew', async () => {
    const { ask } = endpoint({
      credentials: async () => ({ accountSid, apiKey, apiSecret }),
      grants: ({ identity }) => ({ chat: { serviceSid, endpointId: `device of ${identity}` } }),
    });
    const { body } = await ask();
    expect((await verify(String(body.token))).grants.chat?.endpointId).toBe('device of ada');
  });

  it.each([
    ['outlives the token', NOW + 7200, 3600],
    ['ends before the token would', NOW + 90.9, 90],
    ['ends in a second', NOW + 1, 1],
  ])('has a token that ends with a session that %s', async (_how, sessionEndsAt, seconds) => {
    const { ask } = endpoint({ authenticate: () => ({ identity: 'ada', sessionEndsAt }) });
    const { body } = await ask();
    expect(body.expires_in).toBe(seconds);
    expect((await verify(String(body.token))).expiresAt).toBe(NOW + seconds);
  });
});

describe('a refusal', () => {
  it.each([
    ['nobody is named', () => undefined],
    ['the authenticator says why', () => ({ refused: 'the password of ada is wrong' })],
    ['the session has ended', () => ({ identity: 'ada', sessionEndsAt: NOW })],
  ])('is 401 without detail when %s', async (_what, authenticate) => {
    const { ask, refused } = endpoint({ authenticate });
    const answer = await ask();
    expectNoDetail(answer, 401);
    expect(answer.body.message).toBe('Authenticate');
    expect(refused).toEqual([{ status: 401, reason: expect.any(String), sender: {} }]);
  });

  it.each(['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH'])('meets %s', async (method) => {
    const { ask, minted } = endpoint();
    const answer = await ask({}, { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('OPTIONS, POST');
    expect(minted).toEqual([]);
  });

  it.each(['US0123456789abcdef0123456789abcdef', 'a'.repeat(257), 'a\0b'])(
    'meets whoever is signed in as %j',
    async (identity) => {
      const { ask, refused } = endpoint({ authenticate: () => ({ identity }) });
      expectNoDetail(await ask(), 403);
      expect(JSON.stringify(refused)).not.toContain(identity);
    },
  );

  it.each<[string, Partial<TokenHandlerOptions>]>([
    ['an authenticator that throws', { authenticate: () => Promise.reject(new Error('secret detail')) }],
    ['a session end in milliseconds', { authenticate: () => ({ identity: 'ada', sessionEndsAt: NOW * 1000 }) }],
    ['a session end that is no number', { authenticate: () => ({ identity: 'ada', sessionEndsAt: Number.NaN }) }],
    ['grants that are none', { grants: () => ({}) }],
    ['credentials that are none', { credentials: () => ({ accountSid: 'AC1', apiKey, apiSecret }) }],
    [
      'a role without a chat grant',
      { authenticate: () => ({ identity: 'a', deploymentRoleSid: roleSid }), grants: { dataSync: { serviceSid } } },
    ],
    ['a record that cannot be kept', { onMint: () => Promise.reject(new Error('secret detail')) }],
  ])('is 500 without detail for %s', async (_what, options) => {
    const { ask, refused } = endpoint(options);
    const answer = await ask();
    expectNoDetail(answer, 500, 20500);
    expect(answer.text).not.toContain('secret detail');
    expect(refused).toMatchObject([{ status: 500, error: expect.any(Error) }]);
  });

  it.each<[string, Partial<TokenHandlerOptions>]>([
    ['who asks', { authenticate: () => ({ unavailable: 'the directory does not answer' }) }],
    ['what signs', { credentials: () => ({ unavailable: 'the key is revoked' }) }],
    ['how often was asked', { limits: { store: { use: () => Promise.reject(new Error('down')) } } }],
    [
      'how often was asked, at once',
      {
        limits: {
          store: {
            use: () => {
              throw new Error('down');
            },
          },
        },
      },
    ],
  ])('is 503 when it cannot be found out %s', async (_what, options) => {
    const { ask, minted } = endpoint(options);
    expectNoDetail(await ask({}, { sender: { address: '192.0.2.1' } }), 503, 20503);
    expect(minted).toEqual([]);
  });

  it('stays one when its record cannot be kept', async () => {
    const { ask } = endpoint({
      authenticate: () => undefined,
      onRefuse: () => {
        throw new Error('no disk');
      },
    });
    expectNoDetail(await ask(), 401);
  });

  it('says how to authenticate where HTTP has a word for it', async () => {
    const { ask } = endpoint({ authenticate: bearer });
    expect((await ask()).headers.get('www-authenticate')).toBe('Bearer');
  });
});

describe('pages', () => {
  it('of a listed origin may ask with their cookies', async () => {
    const { headers, status } = await endpoint().ask({ origin: ORIGIN });
    expect(status).toBe(200);
    expect(headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(headers.get('access-control-allow-credentials')).toBe('true');
    expect(headers.get('vary')).toBe('Origin');
  });

  it('of a listed origin can read why they were refused', async () => {
    const { headers, status } = await endpoint({ authenticate: () => undefined }).ask({ origin: ORIGIN });
    expect(status).toBe(401);
    expect(headers.get('access-control-allow-origin')).toBe(ORIGIN);
  });

  const FOREIGN = [
    'https://evil.example',
    'http://app.example.com',
    'https://app.example.com:8443',
    'https://app.example.com.evil.example',
    'https://evil.example?https://app.example.com',
    'https://app.example.com/',
    'HTTPS://APP.EXAMPLE.COM',
    'https://api.example.com',
    'null',
    '',
    '*',
  ];

  it.each(FOREIGN)('of %j get nothing, and nobody is asked who it is', async (origin) => {
    let asked = 0;
    const { ask, minted } = endpoint({ authenticate: () => ({ identity: `${++asked}` }) });
    for (const method of ['POST', 'OPTIONS']) {
      const answer = await ask({ origin }, { method });
      expectNoDetail(answer, 403);
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      expect(answer.headers.get('vary')).toBe('Origin');
    }
    expect(minted).toEqual([]);
    expect(asked).toBe(0);
  });

  it.each([
    ['cross-site', 403],
    ['same-site', 403],
    ['same-origin', 200],
    ['none', 200],
  ])('that hide their origin count by what the browser says: %s', async (site, status) => {
    expect((await endpoint().ask({ 'sec-fetch-site': site })).status).toBe(status);
  });

  it('of no origin at all may ask when none is listed; programs may', async () => {
    const { ask } = endpoint({ allowedOrigins: [] });
    expectNoDetail(await ask({ origin: ORIGIN }), 403);
    expect((await ask()).status).toBe(200);
  });

  it('get a preflight that allows what the endpoint takes', async () => {
    const { status, headers, text } = await endpoint().ask(
      { origin: ORIGIN, 'access-control-request-method': 'POST' },
      { method: 'OPTIONS' },
    );
    expect({ status, text }).toEqual({ status: 204, text: '' });
    expect(headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(headers.get('access-control-allow-credentials')).toBe('true');
    expect(headers.get('access-control-allow-methods')).toBe('POST');
    expect(headers.get('access-control-allow-headers')).toBe('Authorization, Content-Type');
    expect(headers.get('vary')).toBe('Origin');
  });

  it('of every origin may ask with a credential that no browser adds, and never with credentials allowed', async () => {
    const { ask } = endpoint({ authenticate: bearer, allowedOrigins: '*' });
    for (const method of ['POST', 'OPTIONS']) {
      const answer = await ask({ origin: 'https://any.example', authorization: `Bearer ${API_TOKEN}` }, { method });
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      expect(answer.status).toBeLessThan(300);
    }
  });

  it('in a web view may be listed by their own scheme', async () => {
    const { ask } = endpoint({ allowedOrigins: ['capacitor://localhost'] });
    expect((await ask({ origin: 'capacitor://localhost' })).status).toBe(200);
  });
});

describe('limits', () => {
  const sender = { address: '192.0.2.1' };

  it('hold a caller to a number of requests, refused ones included, and say when to come back', async () => {
    const limits = { perCaller: { max: 3, windowSeconds: 60 } };
    const { ask, clock } = endpoint({ authenticate: () => undefined, limits });
    for (let at = 0; at < 3; at++) expect((await ask({}, { sender })).status).toBe(401);
    clock.seconds += 20;
    const flooded = await ask({ origin: ORIGIN }, { sender });
    expectNoDetail(flooded, 429, 20429);
    expect(flooded.headers.get('retry-after')).toBe('40');
    expect(flooded.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(flooded.headers.get('access-control-expose-headers')).toBe('Retry-After');
    expect((await ask({}, { sender: { address: '192.0.2.2' } })).status).toBe(401);
    clock.seconds += 40;
    expect((await ask({}, { sender })).status).toBe(401);
  });

  it('do not ask who a flooding caller is', async () => {
    let asked = 0;
    const { ask } = endpoint({
      authenticate: () => ({ identity: `user ${++asked}` }),
      limits: { perCaller: { max: 5, windowSeconds: 60 } },
    });
    const answers = await Promise.all(Array.from({ length: 500 }, () => ask({}, { sender })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(495);
    expect(asked).toBe(5);
  });

  it('hold an identity to a number of tokens, from wherever it asks', async () => {
    const { ask, minted } = endpoint({ limits: { perIdentity: { max: 2, windowSeconds: 60 } } });
    const statuses = [];
    for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) {
      statuses.push((await ask({}, { sender: { address } })).status);
    }
    expect(statuses).toEqual([200, 200, 429]);
    expect(minted).toHaveLength(2);
  });

  it('are 120 and 20 in a minute when nothing is said, and can be off', async () => {
    const ask200 = async (options: Partial<TokenHandlerOptions>) => {
      let asked = 0;
      const { ask } = endpoint({ authenticate: () => ({ identity: `user ${++asked % 6}` }), ...options });
      const statuses = [];
      for (let at = 0; at < 200; at++) statuses.push((await ask({}, { sender })).status);
      return statuses.filter((status) => status === 200).length;
    };
    expect(await ask200({})).toBe(120);
    expect(await ask200({ limits: { perCaller: false } })).toBe(120);
    expect(await ask200({ limits: { perCaller: false, perIdentity: false } })).toBe(200);
  });
});

describe('the record of a token', () => {
  it('says everything but the token', async () => {
    const { ask, minted } = endpoint();
    const sender = { address: '192.0.2.7', requestId: 'r1' };
    const { body } = await ask({}, { sender });
    expect(minted).toEqual([
      { identity: 'ada', accountSid, apiKey, ttl: 3600, grants: { chat: { serviceSid } }, sender },
    ]);
    expect(JSON.stringify(minted)).not.toContain(String(body.token).slice(0, 20));
    expect(JSON.stringify(minted)).not.toContain(apiSecret);
  });
});

describe('the set-up', () => {
  const good = {
    credentials: { accountSid, apiKey, apiSecret },
    authenticate: bearer,
    grants: { chat: { serviceSid } },
  };

  test.each<[string, object]>([
    ['invalid_authenticator', { authenticate: undefined }],
    ['invalid_authenticator', { authenticate: { authenticate: () => undefined } }],
    ['wildcard_origin', { authenticate: () => undefined, allowedOrigins: '*' }],
    ['invalid_origin', { allowedOrigins: ['*'] }],
    ['invalid_origin', { allowedOrigins: ['https://app.example.com/'] }],
    ['invalid_origin', { allowedOrigins: ['https://App.example.com'] }],
    ['invalid_origin', { allowedOrigins: ['https://app.example.com:443'] }],
    ['invalid_origin', { allowedOrigins: ['https://*.example.com'] }],
    ['invalid_origin', { allowedOrigins: ['app.example.com'] }],
    ['invalid_origin', { allowedOrigins: ['null'] }],
    ['invalid_origin', { allowedOrigins: [undefined] }],
    ['invalid_options', { credentials: undefined }],
    ['invalid_account_sid', { credentials: { accountSid: 'AC1', apiKey, apiSecret } }],
    ['invalid_api_key', { credentials: { accountSid, apiKey: undefined, apiSecret } }],
    ['invalid_api_secret', { credentials: { accountSid, apiKey, apiSecret: undefined } }],
    ['invalid_grants', { grants: undefined }],
    ['missing_grant', { grants: {} }],
    ['invalid_service_sid', { grants: { chat: { serviceSid: undefined } } }],
    ['invalid_ttl', { ttl: 0 }],
    ['invalid_ttl', { ttl: 86_401 }],
    ['invalid_ttl', { ttl: '3600' }],
    ['invalid_limit', { limits: { perCaller: { max: 0, windowSeconds: 60 } } }],
    ['invalid_limit', { limits: { perIdentity: { max: 1, windowSeconds: 0.5 } } }],
  ])('is refused at once: %s for %j', (code, options) => {
    expect(() => createTokenHandler({ ...good, ...options })).toThrow(expect.objectContaining({ code }));
  });
});
