import { describe, expect, test } from 'vitest';
import {
  accountSid,
  apiKey,
  apiSecret,
  encode,
  expectRefusal,
  goodGrants,
  goodHeader,
  goodPayload,
  identity,
  keyRecord,
  NOW,
  serviceSid,
  sign,
  signEncoded,
  tokenWith,
  tokenWithGrants,
  verify,
} from '../test-support/fixtures.ts';
import type { KeyRecord } from './key-record.ts';
import { type RefusalCode, TokenRefusal } from './token-refusal.ts';

const good = tokenWith({});
const [encodedHeader = '', encodedPayload = '', signature = ''] = good.split('.');
const headerText = JSON.stringify(goodHeader);
const payloadText = JSON.stringify(goodPayload);
const badUtf8 = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')]);
const overlongSlash = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]);

function withHeader(change: object): string {
  return sign({ ...goodHeader, ...change }, goodPayload);
}

function withKey(change: Partial<KeyRecord>): Promise<unknown> {
  return verify(good, NOW, { ...keyRecord, ...change });
}

/** The payload of the good token as text with `member` before its first one. */
function payloadWith(member: string): string {
  return payloadText.replace('{', `{${member},`);
}

const malformed: [string, string][] = [
  ['nothing', ''],
  ['no dots', encodedHeader],
  ['two parts', `${encodedHeader}.${encodedPayload}`],
  ['four parts', `${good}.`],
  ['five parts, as encrypted tokens have', `${good}.${signature}.${signature}`],
  ['only dots', '..'],
  ['padding on the header', signEncoded(`${encodedHeader}=.${encodedPayload}`)],
  ['padding on the signature', `${good}=`],
  ['white space before', ` ${good}`],
  ['a line break after', `${good}\n`],
  ['a Bearer prefix', `Bearer ${good}`],
  ['the other base64 alphabet', signEncoded(`${encodedHeader}.${encodedPayload}+/+/`)],
  ['spare bits in the signature', `${good.slice(0, -1)}${String.fromCharCode(good.charCodeAt(good.length - 1) + 1)}`],
  ['a header that is not UTF-8', signEncoded(`${encode(badUtf8)}.${encodedPayload}`)],
  ['a payload that is not UTF-8', signEncoded(`${encodedHeader}.${encode(badUtf8)}`)],
  ['an overlong UTF-8 form', signEncoded(`${encodedHeader}.${encode(overlongSlash)}`)],
  ['a header that is not JSON', sign('{', goodPayload)],
  ['an empty header', signEncoded(`.${encodedPayload}`)],
  ['a header that is a list', sign('[]', goodPayload)],
  ['a payload that is not JSON', sign(goodHeader, `${payloadText} x`)],
  ['a payload that is null', sign(goodHeader, 'null')],
  ['a payload that is text', sign(goodHeader, '"payload"')],
  ['a byte order mark', sign(goodHeader, `\ufeff${payloadText}`)],
  ['alg twice', sign(`{"alg":"none",${headerText.slice(1)}`, goodPayload)],
  ['alg twice, one escaped', sign(`{"\\u0061lg":"none",${headerText.slice(1)}`, goodPayload)],
  ['an unknown header member twice', sign(`{"x":1,"x":1,${headerText.slice(1)}`, goodPayload)],
  ['exp twice', sign(goodHeader, payloadWith('"exp":9999999999'))],
  ['grants twice', sign(goodHeader, payloadWith('"grants":{"identity":"other"}'))],
  ['identity twice', sign(goodHeader, payloadText.replace('"identity"', '"identity":"other","identity"'))],
  ['service_sid twice', sign(goodHeader, payloadText.replace('"service_sid"', '"service_sid":"IS1","service_sid"'))],
  ['JSON nested too deep', tokenWith({ deep: JSON.parse('['.repeat(40) + ']'.repeat(40)) })],
  ['more than 8 KB', tokenWith({ padding: 'x'.repeat(8192) })],
];

describe('20101: not a token of the right form', () => {
  test.each(malformed)('%s', async (_name, token) => {
    await expectRefusal(verify(token), 20101);
  });

  test('the reason counts the parts', async () => {
    for (const token of [encodedHeader, `${good}.`, `${good}.${signature}.${signature}`]) {
      expect((await expectRefusal(verify(token))).reason).toContain('three parts');
    }
  });

  test.each([undefined, null, 42, {}, [good]])('%j in place of text', async (token) => {
    await expectRefusal(Reflect.apply(verify, undefined, [token]), 20101);
  });

  test('8 KB is the limit, not less', async () => {
    const padded = (length: number) => tokenWith({ padding: 'x'.repeat(length) });
    let length = 5000;
    while (padded(length + 1).length <= 8192) length++;
    expect(padded(length).length).toBeGreaterThan(8188);
    expect(await verify(padded(length))).toMatchObject({ identity });
    await expectRefusal(verify(padded(length + 1)), 20101);
  });
});

describe('20102: header', () => {
  test.each<[string, object]>([
    ['no alg', { alg: undefined }],
    ['alg in lower case', { alg: 'hs256' }],
    ['alg in a list', { alg: ['HS256'] }],
    ['alg none', { alg: 'none' }],
    ['alg NONE', { alg: 'NONE' }],
    ['alg HS512', { alg: 'HS512' }],
    ['alg RS256', { alg: 'RS256' }],
    ['no typ', { typ: undefined }],
    ['another typ', { typ: 'at+jwt' }],
    ['no cty', { cty: undefined }],
    ['another cty', { cty: 'twilio-fpa;v=2' }],
    ['cty in upper case', { cty: 'TWILIO-FPA;V=1' }],
    ['crit of an unknown extension', { crit: ['exp'], exp: 1 }],
    ['crit with b64', { crit: ['b64'], b64: false }],
    ['an empty crit', { crit: [] }],
    ['a crit that is null', { crit: null }],
    ['a key', { jwk: { kty: 'oct', k: 'AAAA' } }],
    ['a key that is null', { jwk: null }],
    ['a place to fetch keys', { jku: 'https://example.com/keys' }],
    ['a place to fetch certificates', { x5u: 'https://example.com/certificates' }],
    ['certificates', { x5c: ['AAAA'] }],
    ['a twr that is a number', { twr: 1 }],
    ['a twr that is an object', { twr: {} }],
  ])('%s', async (_name, change) => {
    await expectRefusal(verify(withHeader(change)), 20102);
  });

  test('members of prototypes are no members', async () => {
    await expectRefusal(verify(sign(`{"__proto__":${headerText}}`, goodPayload)), 20102);
    await expectRefusal(verify(sign('{}', goodPayload)), 20102);
  });
});

describe('20103: issuer and subject', () => {
  test.each<[string, object]>([
    ['no iss', { iss: undefined }],
    ['the account as iss', { iss: accountSid }],
    ['an unknown key', { iss: 'SK00000000000000000000000000000002' }],
    ['iss in a list', { iss: [apiKey] }],
    ['no sub', { sub: undefined }],
    ['the key as sub', { sub: apiKey }],
    ['another account', { sub: 'AC00000000000000000000000000000002' }],
    ['the account in another case', { sub: accountSid.toLowerCase() }],
  ])('%s', async (_name, claims) => {
    await expectRefusal(verify(tokenWith(claims)), 20103);
  });

  test.each<[string, Partial<KeyRecord>]>([
    ['a revoked key', { revoked: true }],
    ['a Restricted key', { kind: 'restricted' }],
    ['a suspended account', { accountStatus: 'suspended' }],
    ['a closed account', { accountStatus: 'closed' }],
    ['an account in no known state', { accountStatus: '' }],
    ['a key that another account owns now', { accountSid: 'AC00000000000000000000000000000002' }],
  ])('%s', async (_name, change) => {
    await expectRefusal(withKey(change), 20103);
  });

  test('a kind of key that is not known', async () => {
    await expectRefusal(Reflect.apply(withKey, undefined, [{ kind: 'other' }]), 20103);
  });

  test('Main and Standard keys sign', async () => {
    for (const kind of ['main', 'standard'] as const) expect(await withKey({ kind })).toMatchObject({ identity });
  });
});

describe('20104 and 20105: times', () => {
  test.each<[string, object, RefusalCode]>([
    ['expired', { exp: NOW }, 20104],
    ['no exp', { exp: undefined }, 20104],
    ['exp as text', { exp: String(NOW + 3600) }, 20104],
    ['exp null', { exp: null }, 20104],
    ['exp in milliseconds', { exp: (NOW + 3600) * 1000 }, 20104],
    ['all in milliseconds', { iat: NOW * 1000, exp: (NOW + 3600) * 1000 }, 20104],
    ['a negative exp', { exp: -1 }, 20104],
    ['a year', { exp: NOW + 31_536_000 }, 20104],
    ['nbf in an hour', { nbf: NOW + 3600 }, 20105],
    ['nbf as text', { nbf: String(NOW) }, 20105],
    ['nbf null', { nbf: null }, 20105],
    ['iat in an hour', { iat: NOW + 3600, exp: NOW + 7200 }, 20105],
    ['iat as text', { iat: 'yesterday' }, 20105],
  ])('%s', async (_name, claims, code) => {
    await expectRefusal(verify(tokenWith(claims)), code);
  });

  test('times beyond all numbers', async () => {
    await expectRefusal(verify(sign(goodHeader, payloadText.replace(/"exp":\d+/, '"exp":1e999'))), 20104);
    await expectRefusal(verify(sign(goodHeader, payloadText.replace(/"iat":\d+/, '"iat":-1e999'))), 20105);
    await expectRefusal(verify(sign(goodHeader, payloadWith('"nbf":-1e999'))), 20105);
  });
});

describe('20106: grants', () => {
  test.each<[string, object | undefined]>([
    ['no grants', undefined],
    ['grants that are a list', []],
    ['no identity', { ...goodGrants, identity: undefined }],
    ['an empty identity', { ...goodGrants, identity: '' }],
    ['a number as identity', { ...goodGrants, identity: 42 }],
    ['an identity of 257 characters', { ...goodGrants, identity: 'a'.repeat(257) }],
    ['an identity like a User SID', { ...goodGrants, identity: `US${'0a'.repeat(16)}` }],
    ['an identity that no database keeps', { ...goodGrants, identity: '\ud83d' }],
    ['no chat grant', { identity }],
    ['a chat grant that is a list', { identity, chat: [] }],
    ['a chat grant that is text', { identity, chat: serviceSid }],
    ['only grants of other products', { identity, video: {}, data_sync: { service_sid: serviceSid } }],
  ])('%s', async (_name, grants) => {
    await expectRefusal(verify(tokenWith({ grants })), 20106);
  });

  test.each<[string, object]>([
    ['no service_sid', { service_sid: undefined }],
    ['a service_sid that is none', { service_sid: 'default' }],
    ['a service_sid with a line break', { service_sid: `${serviceSid}\n` }],
    ['a service_sid in a list', { service_sid: [serviceSid] }],
    ['a deployment_role_sid that is none', { deployment_role_sid: 'admin' }],
    ['a deployment_role_sid that is no text', { deployment_role_sid: {} }],
    ['a push_credential_sid that is no text', { push_credential_sid: 1 }],
    ['an endpoint_id that is no text', { endpoint_id: ['a'] }],
  ])('%s', async (_name, members) => {
    await expectRefusal(verify(tokenWithGrants({ chat: { service_sid: serviceSid, ...members } })), 20106);
  });

  test.each([['data_sync that is no object', 1] as const, ['a data_sync member that is no text', { endpoint_id: 1 }]])(
    '%s',
    async (_name, grant) => {
      await expectRefusal(verify(tokenWithGrants({ data_sync: grant })), 20106);
    },
  );

  test('grants and identities from a prototype do not count', async () => {
    const inherited = payloadText.replace('"grants":', '"__proto__":');
    await expectRefusal(verify(sign(goodHeader, inherited)), 20106);
    const nested = { identity, constructor: { chat: { service_sid: serviceSid } } };
    await expectRefusal(verify(tokenWith({ grants: nested })), 20106);
    const own = payloadText.replace('"grants":{', '"grants":{"__proto__":{"identity":"admin"},"constructor":1,');
    expect((await verify(sign(goodHeader, own))).identity).toBe(identity);
  });
});

test('what another library put on Object.prototype counts for nothing', async () => {
  const polluted = { chat: { service_sid: serviceSid }, exp: NOW + 60, cty: goodHeader.cty };
  const withoutCty = sign({ ...goodHeader, cty: undefined }, goodPayload);
  Object.assign(Object.prototype, polluted);
  try {
    await expectRefusal(verify(tokenWith({ grants: { identity } })), 20106);
    await expectRefusal(verify(tokenWith({ exp: undefined })), 20104);
    await expectRefusal(verify(withoutCty), 20102);
  } finally {
    for (const name of Object.keys(polluted)) Reflect.deleteProperty(Object.prototype, name);
  }
});

describe('20107: signature', () => {
  test.each<[string, string]>([
    ['another secret', sign(goodHeader, goodPayload, 'another secret')],
    ['an empty secret', sign(goodHeader, goodPayload, '')],
    ['no signature', `${encodedHeader}.${encodedPayload}.`],
    ['a short signature', `${encodedHeader}.${encodedPayload}.${signature.slice(0, 40)}`],
    ['a long signature', `${encodedHeader}.${encodedPayload}.${encode(new Uint8Array(33))}`],
    ['a signature of zeros', `${encodedHeader}.${encodedPayload}.${encode(new Uint8Array(32))}`],
    ['the signature of another payload', `${encodedHeader}.${encode(`${payloadText} `)}.${signature}`],
    ['the secret decoded as base64', sign(goodHeader, goodPayload, Buffer.from(apiSecret, 'base64'))],
  ])('%s', async (_name, token) => {
    await expectRefusal(verify(token), 20107);
  });

  test('a secret that is no longer live', async () => {
    await expectRefusal(withKey({ secrets: [Buffer.from('next'), Buffer.from('other')] }), 20107);
  });

  test('a key without a secret, or with an empty one', async () => {
    await expectRefusal(withKey({ secrets: [] }), 20107);
    const signedWithNothing = sign(goodHeader, goodPayload, '');
    await expectRefusal(verify(signedWithNothing, NOW, { ...keyRecord, secrets: [new Uint8Array()] }), 20107);
  });
});

describe('order of the checks', () => {
  // Each token has its own fault and every later one.
  const notYet = { iss: apiKey, sub: accountSid, iat: NOW + 600, exp: NOW + 1200 };
  const expired = { ...notYet, exp: NOW - 1 };
  const stranger = { ...expired, sub: 'AC00000000000000000000000000000002' };
  const forged = 'another secret';
  test.each<[RefusalCode, string]>([
    [20101, `${sign({ alg: 'none' }, stranger, forged)}=`],
    [20102, sign({ ...goodHeader, alg: 'none' }, stranger, forged)],
    [20103, sign(goodHeader, stranger, forged)],
    [20107, sign(goodHeader, expired, forged)],
    [20104, sign(goodHeader, expired)],
    [20105, sign(goodHeader, notYet)],
    [20106, sign(goodHeader, { ...notYet, iat: NOW })],
  ])('%i before what comes later', async (code, token) => {
    await expectRefusal(verify(token), code);
  });
});

test('messages are the public names, reasons say nothing that the token chose or that is secret', async () => {
  const marker = 'MARKER';
  const tokens = [
    `${good}.${marker}`,
    `${marker}.${marker}.${marker}`,
    sign({ ...goodHeader, alg: marker }, goodPayload),
    sign({ ...goodHeader, crit: [marker] }, goodPayload),
    sign(`{"${marker}":1,"${marker}":1}`, goodPayload),
    sign(goodHeader, `{"${marker}"`),
    tokenWith({ iss: marker }),
    tokenWith({ sub: marker }),
    tokenWith({ exp: marker }),
    tokenWith({ nbf: marker }),
    tokenWithGrants({ identity: marker.repeat(100) }),
    tokenWithGrants({ chat: { service_sid: marker } }),
    tokenWithGrants({ chat: { service_sid: serviceSid, deployment_role_sid: marker } }),
    sign(goodHeader, goodPayload, marker),
  ];
  const names = new Set<string>();
  for (const token of tokens) {
    const refusal = await expectRefusal(verify(token));
    expect(refusal).toBeInstanceOf(TokenRefusal);
    expect(refusal.status).toBe(401);
    expect(refusal.reason).not.toBe('');
    names.add(`${refusal.code} ${refusal.message}`);
    for (const part of [marker, apiSecret, ...token.split('.')]) {
      if (part !== '') expect(`${refusal.message} ${refusal.reason} ${refusal.stack}`).not.toContain(part);
    }
  }
  expect([...names].sort()).toEqual([
    '20101 Invalid Access Token',
    '20102 Invalid Access Token header',
    '20103 Invalid Access Token issuer/subject',
    '20104 Access Token expired or expiration date invalid',
    '20105 Access Token not yet valid',
    '20106 Invalid Access Token grants',
    '20107 Invalid Access Token signature',
  ]);
});
