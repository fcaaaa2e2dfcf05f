import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { createRemoteJWKSet, exportJWK, generateKeyPair, type JWK, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { NOW, roleSid } from '../../test-support/fixtures.ts';
import { endpoint, expectNoDetail, reasonOf, requestWith } from '../test-support/endpoint.ts';
import { type HttpService, pour, startHttpService } from '../test-support/http-service.ts';
import { type OidcTokenOptions, oidcToken } from './oidc-token.ts';

const CLIENT = 'chat-app';
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;
const pairs = {
  RS256: await makePair('RS256'),
  PS256: await makePair('PS256'),
  ES256: await makePair('ES256'),
  EdDSA: await makePair('EdDSA'),
};

async function makePair(alg: string) {
  const pair = await generateKeyPair(alg, { extractable: true });
  const jwk: JWK = { ...(await exportJWK(pair.publicKey)), kid: alg, alg, use: 'sig' };
  return { ...pair, jwk };
}

let provider: HttpService;
let keys: JWK[];
let clock: number;

beforeEach(async () => {
  clock = NOW * 1000;
  keys = Object.values(pairs).map(({ jwk }) => jwk);
  provider = await startHttpService((request, response) => {
    const isConfiguration = request.url === '/.well-known/openid-configuration';
    response.end(
      JSON.stringify(isConfiguration ? { issuer: provider.url, jwks_uri: `${provider.url}/keys` } : { keys }),
    );
  });
});
afterEach(() => provider.stop());

const claims = (): JWTPayload => ({
  iss: provider.url,
  aud: CLIENT,
  sub: '248289761001',
  iat: NOW,
  exp: NOW + 600,
  email: 'ada@example.com',
  email_verified: true,
});

interface Making {
  alg?: keyof typeof pairs;
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
  key?: CryptoKey | Uint8Array;
}

function token({ alg = 'RS256', header = {}, claims: changed = {}, key }: Making = {}): Promise<string> {
  const signer = new SignJWT({ ...claims(), ...changed }).setProtectedHeader({ alg, kid: alg, typ: 'JWT', ...header });
  return signer.sign(key ?? pairs[alg].privateKey);
}

function authenticator(options: Partial<OidcTokenOptions> = {}) {
  return oidcToken({ issuer: provider.url, audience: CLIENT, now: () => clock, timeoutMs: 2_000, ...options });
}

const bearer = (jwt: string) => requestWith({ authorization: `Bearer ${jwt}` });
const authenticate = async (making: Making | string = {}, options: Partial<OidcTokenOptions> = {}) =>
  authenticator(options).authenticate(bearer(typeof making === 'string' ? making : await token(making)));
const keyFetches = () => provider.requests.filter(({ target }) => target === '/keys').length;

describe('a token of the provider', () => {
  it.each(ALGORITHMS)('signed with %s names its subject, until it expires; jose agrees', async (alg) => {
    const jwt = await token({ alg });
    const jwks = createRemoteJWKSet(new URL(`${provider.url}/keys`));
    const { payload } = await jwtVerify(jwt, jwks, {
      issuer: provider.url,
      audience: CLIENT,
      currentDate: new Date(clock),
    });
    expect(await authenticate(jwt)).toMatchObject({ identity: payload.sub, sessionEndsAt: payload.exp });
  });

  it.each([
    ['no typ', { typ: undefined }],
    ['an access token by RFC 9068', { typ: 'at+jwt' }],
    ['a full media type', { typ: 'application/AT+JWT' }],
    ['members that nobody needs', { x5t: 'abc', jku: 'https://evil.example/keys', jwk: pairs.RS256?.jwk }],
  ])('counts with %s', async (_what, header) => {
    expect(await authenticate({ header })).toMatchObject({ identity: '248289761001' });
    expect(
      provider.requests.every(({ target }) => ['/keys', '/.well-known/openid-configuration'].includes(target ?? '')),
    ).toBe(true);
  });

  it('may name its subject by another claim, and a role', async () => {
    const options = { identity: 'nickname', deploymentRoleSid: () => roleSid };
    expect(await authenticate({ claims: { nickname: 'ada' } }, options)).toMatchObject({
      identity: 'ada',
      deploymentRoleSid: roleSid,
    });
    const identity = (verified: Record<string, unknown>) => `user-${verified.sub}`;
    expect(await authenticate({}, { identity })).toMatchObject({ identity: 'user-248289761001' });
  });

  it('gets an Access Token that ends with it', async () => {
    const { ask } = endpoint({ authenticate: authenticator(), allowedOrigins: '*' });
    const answer = await ask({ authorization: `Bearer ${await token({ claims: { exp: NOW + 61 } })}` });
    expect(answer.body).toMatchObject({ identity: '248289761001', expires_in: 61 });
  });
});

describe('an e-mail identity', () => {
  it.each<[string, string, Record<string, unknown>, boolean]>([
    ['email', 'verified', {}, true],
    ['email', 'not verified', { email_verified: false }, false],
    ['email', 'verified by a word', { email_verified: 'true' }, false],
    ['email', 'silent about it', { email_verified: undefined }, false],
    ['email', 'without @, not verified', { email: 'ada', email_verified: false }, false],
    ['preferred_username', 'the verified address', { preferred_username: 'ada@example.com' }, true],
    [
      'preferred_username',
      'the address, not verified',
      { preferred_username: 'ada@example.com', email_verified: false },
      false,
    ],
    ['preferred_username', 'another address', { preferred_username: 'boss@example.com' }, false],
    ['upn', 'an address, and there is no email', { upn: 'ada@example.com', email: undefined }, false],
    ['preferred_username', 'no address', { preferred_username: 'ada', email_verified: false }, true],
    ['sub', "the provider's own", { sub: 'ada@example.com', email_verified: false }, true],
  ])('from %s that is %s', async (identity, _what, changed, isTaken) => {
    const found = await authenticate({ claims: changed }, { identity });
    if (isTaken) expect(found).toHaveProperty('identity');
    else reasonOf(found);
  });
});

describe('a token is refused', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['of another issuer', { iss: 'https://evil.example' }, 'iss'],
    ['of an issuer that only begins alike', { iss: undefined }, 'iss'],
    ['for another audience', { aud: 'other-app' }, 'aud'],
    ['for nobody', { aud: undefined }, 'aud'],
    ['for several, without azp', { aud: [CLIENT, 'other-app'] }, 'azp'],
    ['that another client asked for', { azp: 'other-app' }, 'azp'],
    ['with an azp that is no text', { azp: [CLIENT] }, 'azp'],
    ['that has expired', { exp: NOW }, 'expired'],
    ['that never expires', { exp: undefined }, 'exp is missing'],
    ['that expires in words', { exp: `${NOW + 600}` }, 'exp is missing'],
    ['that is not yet valid', { nbf: NOW + 61 }, 'nbf'],
    ['from the future', { iat: NOW + 61 }, 'iat'],
    ['that was made at a word', { iat: 'now' }, 'iat'],
    ['that ends sessions', { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }, 'events'],
    ['without a subject', { sub: undefined }, 'sub'],
    ['with a subject that is no text', { sub: 7 }, 'sub'],
  ])('%s', async (_what, changed, reason) => {
    const jwt = await new SignJWT({ ...claims(), ...changed })
      .setProtectedHeader({ alg: 'RS256', kid: 'RS256' })
      .sign(pairs.RS256.privateKey);
    expect(reasonOf(await authenticate(jwt))).toContain(reason);
  });

  it('unless the other client is listed', async () => {
    const changed = { aud: [CLIENT, 'other-app'], azp: 'other-app' };
    expect(await authenticate({ claims: changed }, { authorizedParties: ['other-app'] })).toHaveProperty('identity');
  });

  it.each(['HS256', 'HS384', 'HS512'])('that was signed with a public key as the secret: %s', async (alg) => {
    const pem = createPublicKey({ key: await exportJWK(pairs.RS256.publicKey), format: 'jwk' }).export({
      type: 'spki',
      format: 'pem',
    });
    for (const secret of [pem, JSON.stringify(pairs.RS256.jwk)]) {
      const jwt = await token({ header: { alg }, key: Buffer.from(secret) });
      expect(reasonOf(await authenticate(jwt))).toBe('alg is not allowed');
    }
  });

  it.each(['none', 'None', 'NONE', '', 'RS512', 'ES384', 'rs256', 'toString', 'ES256K', 7, null, ['RS256'], undefined])(
    'with the algorithm %j',
    async (alg) => {
      const [, payload, signature] = (await token()).split('.');
      const header = Buffer.from(JSON.stringify({ alg, kid: 'RS256' })).toString('base64url');
      for (const jwt of [`${header}.${payload}.${signature}`, `${header}.${payload}.`]) {
        expect(reasonOf(await authenticate(jwt))).toMatch(/alg is not allowed|no JWT/);
      }
      expect(keyFetches()).toBe(0);
    },
  );

  it('with an algorithm that is not among those wanted here', async () => {
    expect(reasonOf(await authenticate({ alg: 'RS256' }, { algorithms: ['ES256'] }))).toBe('alg is not allowed');
  });

  it.each([
    ['crit', { crit: ['b64'], b64: true }],
    ['a type of other tokens', { typ: 'logout+jwt' }],
    ['a type that is no text', { typ: 7 }],
    ['a kid that is no text', { kid: 7 }],
  ])('with %s', async (_what, header) => {
    const [, payload, signature] = (await token()).split('.');
    const encoded = Buffer.from(JSON.stringify({ alg: 'RS256', kid: 'RS256', ...header })).toString('base64url');
    expect(reasonOf(await authenticate(`${encoded}.${payload}.${signature}`))).toMatch(/crit|typ|kid/);
  });

  it('that brings its own key', async () => {
    const own = await generateKeyPair('RS256');
    const jwk = await exportJWK(own.publicKey);
    const header = { kid: 'RS256', jwk, jku: `${provider.url}/mine`, x5u: `${provider.url}/mine` };
    expect(reasonOf(await authenticate({ header, key: own.privateKey }))).toBe(
      'the signature is not that of the provider',
    );
    expect(provider.requests.some(({ target }) => target === '/mine')).toBe(false);
  });

  it.each(['RS256', 'ES256', 'EdDSA'] as const)('after a bit of it was changed (%s)', async (alg) => {
    const jwt = await token({ alg });
    const check = authenticator();
    for (let at = 0; at < jwt.length; at += 3) {
      const changed = `${jwt.slice(0, at)}${String.fromCharCode(jwt.charCodeAt(at) ^ 1)}${jwt.slice(at + 1)}`;
      expect({ at, found: await check.authenticate(bearer(changed)) }).not.toHaveProperty('found.identity');
    }
  });

  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'] as const)('with a signature of another length (%s)', async (alg) => {
    const [header, payload, signature = ''] = (await token({ alg })).split('.');
    const bytes = Buffer.from(signature, 'base64url');
    for (const other of [
      Buffer.alloc(0),
      bytes.subarray(1),
      Buffer.concat([bytes, bytes]),
      Buffer.alloc(bytes.length),
    ]) {
      expect(reasonOf(await authenticate(`${header}.${payload}.${other.toString('base64url')}`))).toContain(
        'signature',
      );
    }
  });

  it.each([
    '',
    'a',
    '..',
    'a.b.c',
    'e30.e30.',
    'e30.e30.e30.e30',
    'e30.e30.e30.e30.e30',
    'bnVsbA.bnVsbA.bnVsbA',
    `${'a'.repeat(1_000_000)}.e30.e30`,
    Buffer.from('{"alg":"none","alg":"RS256"}').toString('base64url').concat('.e30.e30'),
  ])('when it is none: %#', async (jwt) => {
    expect(reasonOf(await authenticate(jwt))).toMatch(/no JWT|alg/);
    expect(provider.requests).toEqual([]);
  });

  it('without more than 401 to the caller', async () => {
    const { ask } = endpoint({ authenticate: authenticator() });
    const answer = await ask({ authorization: `Bearer ${await token({ claims: { aud: 'other' } })}` });
    expectNoDetail(answer, 401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });
});

describe('the keys', () => {
  it('are fetched once for all who come at the same time, and kept', async () => {
    const check = authenticator();
    const jwt = await token();
    const found = await Promise.all(Array.from({ length: 50 }, () => check.authenticate(bearer(jwt))));
    expect(found.every((one) => one !== undefined && 'identity' in one)).toBe(true);
    await check.authenticate(bearer(await token({ alg: 'ES256' })));
    expect(provider.requests).toHaveLength(2);
  });

  it('are fetched again for an id that is new, but not for each that is made up', async () => {
    const check = authenticator({ jwksUrl: `${provider.url}/keys` });
    await check.authenticate(bearer(await token()));
    const next = await generateKeyPair('RS256');
    keys = [...keys, { ...(await exportJWK(next.publicKey)), kid: 'next' }];
    const renewed = await token({ header: { kid: 'next' }, key: next.privateKey });

    expect(reasonOf(await check.authenticate(bearer(renewed)))).toContain('no key of this id');
    clock += 30_000;
    expect(await check.authenticate(bearer(renewed))).toHaveProperty('identity');
    expect(keyFetches()).toBe(2);
    for (let at = 0; at < 100; at++)
      await check.authenticate(bearer(await token({ header: { kid: `made-up-${at}` } })));
    expect(keyFetches()).toBe(2);
  });

  it('that were withdrawn count no more after ten minutes', async () => {
    const check = authenticator();
    const jwt = await token({ claims: { exp: NOW + 86_400 } });
    await check.authenticate(bearer(jwt));
    keys = [];
    clock += 10 * 60_000 - 1;
    expect(await check.authenticate(bearer(jwt))).toHaveProperty('identity');
    clock += 1;
    expect(reasonOf(await check.authenticate(bearer(jwt)))).toContain('no key of this id');
  });

  it('are used for an hour while the provider is away, and no longer', async () => {
    const check = authenticator();
    const jwt = await token({ claims: { exp: NOW + 86_400 } });
    await check.authenticate(bearer(jwt));
    provider.answer = (_request, response) => response.writeHead(500).end();
    clock += 59 * 60_000;
    expect(await check.authenticate(bearer(jwt))).toHaveProperty('identity');
    clock += 60_000;
    expect(await check.authenticate(bearer(jwt))).toHaveProperty('unavailable');
  });

  it.each<[string, HttpService['answer']]>([
    ['an error', (_request, response) => response.writeHead(500).end('{"keys":[]}')],
    ['a redirect', (_request, response) => response.writeHead(302, { location: '/keys-elsewhere' }).end()],
    ['a page', (_request, response) => response.end('<html>')],
    ['other JSON', (_request, response) => response.end('{"keys":{}}')],
    ['too many keys', (_request, response) => response.end(JSON.stringify({ keys: Array(101).fill({}) }))],
    ['a broken connection', (_request, response) => response.destroy()],
    ['an answer without end', (_request, response) => pour(response)],
    [
      'a small answer that unpacks into a large one',
      (_request, response) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(`{"keys":[]}${' '.repeat(10_000_000)}`)),
    ],
  ])('that come as %s are none, and those who come meanwhile do not wait', async (_what, answer) => {
    provider.answer = answer;
    const check = authenticator({ jwksUrl: `${provider.url}/keys` });
    const jwt = await token();
    expect(await check.authenticate(bearer(jwt))).toEqual({
      unavailable: expect.stringContaining('could not be fetched'),
    });
    for (let at = 0; at < 10; at++) expect(await check.authenticate(bearer(jwt))).toHaveProperty('unavailable');
    expect(provider.requests).toHaveLength(1);
  });

  it.each<[string, HttpService['answer']]>([
    ['not at all', () => {}],
    ['never to the end', (_request, response) => response.write('{"keys":[')],
  ])('that come %s are given up', async (_what, answer) => {
    provider.answer = answer;
    const found = await authenticate({}, { jwksUrl: `${provider.url}/keys`, timeoutMs: 50 });
    expect(reasonOf(found)).toContain('within 50 ms');
  });

  it('are found again once the provider is back', async () => {
    const good = provider.answer;
    provider.answer = (_request, response) => response.writeHead(503).end();
    const check = authenticator();
    const jwt = await token();
    expect(await check.authenticate(bearer(jwt))).toHaveProperty('unavailable');
    provider.answer = good;
    clock += 5_000;
    expect(await check.authenticate(bearer(jwt))).toHaveProperty('identity');
  });

  it.each<[string, () => unknown]>([
    ['of another issuer', () => ({ issuer: 'https://evil.example', jwks_uri: `${provider.url}/keys` })],
    ['without keys', () => ({ issuer: provider.url })],
    ['with keys in clear text', () => ({ issuer: provider.url, jwks_uri: 'http://keys.example/' })],
    ['with keys in a file', () => ({ issuer: provider.url, jwks_uri: 'file:///etc/passwd' })],
    ['that is none', () => []],
  ])('are not looked for by a configuration %s', async (_what, configuration) => {
    provider.answer = (_request, response) => response.end(JSON.stringify(configuration()));
    expect(await authenticate()).toHaveProperty('unavailable');
    expect(keyFetches()).toBe(0);
  });

  it.each<[string, (jwk: JWK) => JWK]>([
    ['for encryption', (jwk) => ({ ...jwk, use: 'enc' })],
    ['for another algorithm', (jwk) => ({ ...jwk, alg: 'RS512' })],
    ['for other operations', (jwk) => ({ ...jwk, key_ops: ['encrypt'] })],
    ['of another kind', (jwk) => ({ ...jwk, kty: 'oct', k: 'AAAA' })],
    ['that are broken', (jwk) => ({ ...jwk, n: '!' })],
    ['without a number', ({ n: _, ...jwk }) => jwk],
  ])('%s are not used', async (_what, change) => {
    keys = [change(pairs.RS256.jwk)];
    reasonOf(await authenticate());
  });

  it('that are short are not used', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    keys = [{ ...(publicKey.export({ format: 'jwk' }) as JWK), kid: 'RS256' }];
    const [header, payload] = (await token()).split('.');
    const { sign } = await import('node:crypto');
    const signature = sign('sha256', Buffer.from(`${header}.${payload}`), privateKey).toString('base64url');
    expect(reasonOf(await authenticate(`${header}.${payload}.${signature}`))).toContain('too short');
  });

  it('may have no ids when there is only one that fits', async () => {
    const anonymous = ({ kid: _, ...jwk }: JWK): JWK => jwk;
    const jwt = await token({ header: { kid: undefined } });
    keys = [anonymous(pairs.RS256.jwk), anonymous(pairs.ES256.jwk)];
    expect(await authenticate(jwt)).toHaveProperty('identity');
    keys = [anonymous(pairs.RS256.jwk), anonymous(pairs.RS256.jwk)];
    expect(reasonOf(await authenticate(jwt))).toContain('does not say which');
  });
});

test.each<[string, Partial<OidcTokenOptions>]>([
  ['invalid_url', { issuer: 'http://idp.example.com' }],
  ['invalid_url', { issuer: 'idp.example.com' }],
  ['invalid_url', { issuer: 'https://user:pass@idp.example.com' }],
  ['invalid_url', { jwksUrl: 'http://idp.example.com/keys' }],
  ['invalid_url', { jwksUrl: 'http://127.0.0.1.evil.example/keys' }],
  ['invalid_audience', { audience: [] }],
  ['invalid_audience', { audience: '' }],
  ['invalid_algorithm', { algorithms: [] }],
  ['invalid_algorithm', { algorithms: ['HS256' as never] }],
  ['invalid_algorithm', { algorithms: ['none' as never] }],
])('a set-up is refused at once: %s for %j', (code, options) => {
  expect(() => authenticator({ issuer: 'https://idp.example.com', ...options })).toThrow(
    expect.objectContaining({ code }),
  );
});
