import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { createAccessToken } from '../index.ts';
import {
  accountSid,
  apiKey,
  apiSecret,
  encode,
  goodHeader,
  goodPayload,
  identity,
  NOW,
  roleSid,
  serviceSid,
  sign,
  tokenWith,
  tokenWithGrants,
} from '../test-support/fixtures.ts';
import { vectors } from '../test-support/vectors.ts';
import { describeInspection, type InspectOptions, inspectToken } from './index.ts';

const good = tokenWith({ grants: { identity: 'ada', chat: { service_sid: serviceSid } } });

function inspect(token: string, options: InspectOptions = {}) {
  return inspectToken(token, { now: NOW * 1000, ...options });
}

async function findings(token: string, options?: InspectOptions) {
  return (await inspect(token, options)).findings.map(
    ({ severity, code, message }) => `${severity} ${code}: ${message}`,
  );
}

describe('a good token', () => {
  test('with its secret is accepted', async () => {
    expect(await inspect(good, { secret: apiSecret, accountSid, serviceSid })).toMatchObject({
      verdict: 'accepted',
      signature: 'valid',
      header: goodHeader,
      payload: { iss: apiKey },
      issuer: { apiKeySid: apiKey, accountSid },
      times: { issuedAt: NOW, expiresAt: NOW + 3600 },
      identity: 'ada',
      grants: { chat: { serviceSid } },
      findings: [],
    });
  });

  test('without its secret is unverified', async () => {
    expect(await inspect(good)).toMatchObject({ verdict: 'unverified', signature: 'not checked', findings: [] });
  });

  test('with one of several secrets, as text or bytes', async () => {
    for (const secret of [['x'.repeat(32), apiSecret], new TextEncoder().encode(apiSecret)]) {
      expect((await inspect(good, { secret })).verdict).toBe('accepted');
    }
  });

  test.each(vectors)('of $library', async ({ token, issuedAt }) => {
    const { verdict, findings: found } = await inspect(token, { secret: apiSecret, now: (issuedAt + 1) * 1000 });
    expect(verdict).toBe('accepted');
    // The identity of the reference is the guide's.
    expect(found.map(({ code }) => code)).toEqual(['reserved_characters']);
  });
});

describe('says what is wrong', () => {
  const long = 31_536_000;
  test.each<[string, string, InspectOptions, string[]]>([
    ['nothing', '', {}, ['error 20101: the token is missing or not a string']],
    ['Bearer before it', `Bearer ${good}`, {}, ['error 20101: the token has the word Bearer before it']],
    [
      'a copied line',
      ` "${good}"\n`,
      {},
      ['error 20101: the token has white space around it and quotation marks around it'],
    ],
    ['padding', `${good}=`, {}, ['error 20101: the signature is not canonical base64url without padding']],
    [
      'a wrong algorithm',
      sign(
        { ...goodHeader, alg: 'HS512' },
        JSON.parse(JSON.stringify({ ...goodPayload, grants: { identity: 'ada', chat: { service_sid: serviceSid } } })),
      ),
      {},
      ['error 20102: header: alg is not HS256'],
    ],
    [
      'an auth token in place of the key',
      tokenWith({ iss: accountSid, grants: { identity: 'ada', chat: { service_sid: serviceSid } } }),
      {},
      ['error 20103: iss is not an API key SID (SK and 32 hex digits)'],
    ],
    [
      'another account',
      good,
      { accountSid: accountSid.replace(/1$/, '2') },
      [`error 20103: the token is for the account ${accountSid}, not ${accountSid.replace(/1$/, '2')}`],
    ],
    [
      'another service',
      good,
      { serviceSid: serviceSid.replace(/1$/, '2') },
      [`error 20106: the token is for the service ${serviceSid}, not ${serviceSid.replace(/1$/, '2')}`],
    ],
    [
      'a year',
      tokenWith({ exp: NOW + long, grants: { identity: 'ada', chat: { service_sid: serviceSid } } }),
      {},
      [`error 20104: exp ${NOW + long} is more than 24 hours after ${NOW}; times are in seconds, not milliseconds`],
    ],
    [
      'a short life',
      tokenWith({ exp: NOW + 90, grants: { identity: 'ada', chat: { service_sid: serviceSid } } }),
      {},
      ['warning short_life: the token lives for 1 minute'],
    ],
    [
      'an identity',
      tokenWithGrants({ identity: 'a@b' }),
      {},
      ['warning reserved_characters: identity has @, which URLs reserve'],
    ],
    [
      'a weak secret',
      sign(goodHeader, { ...goodPayload, grants: { identity: 'ada', chat: { service_sid: serviceSid } } }, 'weak'),
      { secret: 'weak' },
      ['warning weak_secret: apiSecret has fewer than 32 bytes; make a new API key'],
    ],
  ])('%s', async (_name, token, options, expected) => {
    expect(await findings(token, options)).toEqual(expected);
  });

  test('everything at once, in the order of the checks', async () => {
    const token = sign({ ...goodHeader, cty: 'x' }, { iss: 'x', exp: NOW, grants: {} }, 'other');
    const { verdict, signature, findings: found } = await inspect(token, { secret: apiSecret });
    expect({ verdict, signature }).toEqual({ verdict: 'refused', signature: 'invalid' });
    expect(found.map(({ code }) => code)).toEqual([20102, 20103, 20107, 20104, 20106]);
    expect(found.every(({ advice }) => advice.length > 20)).toBe(true);
  });

  const secret = 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';
  test.each<[string, string | Buffer, string, string]>([
    ['from base64', Buffer.from(secret, 'base64'), secret, 'decoded from base64'],
    ['from hex', Buffer.from('ab'.repeat(32), 'hex'), 'ab'.repeat(32), 'decoded from hex'],
    ['with a line break', `${apiSecret}\n`, apiSecret, 'line break after the secret'],
    ['without the space given', apiSecret, ` ${apiSecret} `, 'white space around it'],
  ])('a secret %s', async (_name, key, given, words) => {
    const { findings: found } = await inspect(sign(goodHeader, goodPayload, key), { secret: given });
    expect(found.find(({ code }) => code === 20107)?.message).toContain(words);
  });

  test('a secret of another key', async () => {
    expect(await findings(good, { secret: 'another secret of thirty-two bytes' })).toEqual([
      'error 20107: the signature was not made with a live secret of the API key that iss names',
    ]);
  });

  test('what a broken token says, as far as it can be read', async () => {
    const [header, payload] = good.split('.');
    expect(await inspect(`${header}=.${payload}=`)).toMatchObject({
      verdict: 'refused',
      header: goodHeader,
      identity: 'ada',
    });
  });
});

test('text of any kind is inspected and described, and its secret shows nowhere', async () => {
  const part = fc.oneof(fc.string(), fc.base64String(), fc.json().map(encode), fc.constantFrom(...good.split('.')));
  const any = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(part, { maxLength: 5 }).map((parts) => parts.join('.')),
  );
  const claims = fc.dictionary(
    fc.constantFrom('iss', 'sub', 'exp', 'nbf', 'iat', 'grants', '__proto__'),
    fc.jsonValue(),
  );
  const signed = claims.map((payload) => sign(goodHeader, payload));
  await fc.assert(
    fc.asyncProperty(fc.oneof(any, signed), async (token) => {
      const inspection = await inspect(token, { secret: apiSecret });
      expect(describeInspection(inspection)).not.toContain(apiSecret);
      if (token !== good) expect(inspection.verdict).toBe('refused');
    }),
    { numRuns: 1000 },
  );
});

test.each<[string, string]>([
  ['1 MB of letters', 'A'.repeat(1_000_000)],
  ['1 MB of space', ' '.repeat(1_000_000)],
  ['60 kB of space and letters', 'a '.repeat(30_000)],
  ['60 kB of quotation marks', `${'"'.repeat(60_000)}x`],
  ['brackets', `e30.${encode('['.repeat(40_000))}.e30`],
  ['a time of no calendar', tokenWith({ exp: 1e300, iat: -1e300 })],
])('%s are refused and described', async (_name, token) => {
  const inspection = await inspect(token, { secret: apiSecret });
  expect(inspection.verdict).toBe('refused');
  expect(describeInspection(inspection)).toContain('The token is refused.');
});

test.each([undefined, null, 7, {}])('%j in place of text is refused', async (token) => {
  expect((await Reflect.apply(inspectToken, undefined, [token])).verdict).toBe('refused');
});

test('a page without WebCrypto says so', async () => {
  vi.stubGlobal('process', {});
  vi.stubGlobal('crypto', {});
  vi.resetModules();
  try {
    const { inspectToken: inspectHere } = await import('./index.ts');
    const { verdict, signature, findings: found } = await inspectHere(good, { secret: apiSecret, now: NOW * 1000 });
    expect({ verdict, signature }).toEqual({ verdict: 'unverified', signature: 'not checked' });
    expect(found.map(({ code }) => code)).toEqual(['no_crypto']);
  } finally {
    vi.unstubAllGlobals();
  }
});

describe('in words', () => {
  test('a good token', async () => {
    const chat = { serviceSid, deploymentRoleSid: roleSid };
    const options = {
      accountSid,
      apiKey,
      apiSecret,
      identity,
      ttl: 7200,
      notBefore: NOW - 90,
      grants: { chat, video: {} },
    };
    const token = createAccessToken({ ...options, now: NOW * 1000 });
    expect(describeInspection(await inspect(token, { secret: apiSecret, now: (NOW + 3600) * 1000 }))).toBe(
      `The token is good: a server that knows the API key and the service accepts it.
  identity    "user@example.com"
  account     ${accountSid}
  API key     ${apiKey}
  signature   valid
  issued      2026-01-01 00:00:00 UTC, 1 hour ago
  not before  2025-12-31 23:58:30 UTC, 1 hour ago
  expires     2026-01-01 02:00:00 UTC, in 1 hour
  service     ${serviceSid}
  role        ${roleSid}
  grants      chat, video
warning reserved_characters: identity has @, which URLs reserve
  It is allowed, and compared as it is. Be sure that it is what your app means.`,
    );
  });

  test('nothing that a terminal obeys, and nothing that nobody sees', async () => {
    const hostile = '\u001b[2J\u009b31m\u202eadmin\u200b\r\n';
    const token = tokenWithGrants({ identity: hostile, [hostile]: {} });
    const words = describeInspection(await inspect(token, { secret: apiSecret }));
    expect(words.replaceAll('\n', '')).not.toMatch(/\p{C}/u);
    expect(words).toContain('"\\u001b[2J\\u{9b}31m\\u{202e}admin\\u{200b}\\r\\n"');
  });
});
