import { expect, test, vi } from 'vitest';
import {
  apiKey,
  apiSecret,
  encode,
  expectRefusal,
  goodHeader,
  goodPayload,
  identity,
  keyRecord,
  NOW,
  sign,
  signEncoded,
  tokenWith,
  verify,
} from '../test-support/fixtures.ts';
import { verifyAccessToken } from './verify-access-token.ts';

// The best current practices of RFC 8725 section 3, each under its number. Left out are 3.4 (inputs of elliptic curve
// key agreement: there is none), 3.6 in part (there is no encryption) and 3.9's `aud` (official libraries send none; the
// service that the chat grant names is the audience, which the caller checks).

test('3.1 the algorithm is ours to choose, and each key is used with one algorithm', async () => {
  for (const alg of ['none', 'HS384', 'HS512', 'RS256', 'ES256', 'EdDSA', 'A128KW']) {
    await expectRefusal(verify(sign({ ...goodHeader, alg }, goodPayload)), 20102);
  }
});

test('3.2 only an algorithm that is fit for use, and never none', async () => {
  const unsigned = `${encode(JSON.stringify({ ...goodHeader, alg: 'none' }))}.${encode(JSON.stringify(goodPayload))}.`;
  await expectRefusal(verify(unsigned), 20102);
});

test('3.3 the whole token is refused when its one cryptographic operation fails', async () => {
  await expectRefusal(verify(sign(goodHeader, goodPayload, `${apiSecret} `)), 20107);
});

test('3.5 a key without entropy never verifies', async () => {
  const key = { ...keyRecord, secrets: [new Uint8Array(0)] };
  await expectRefusal(verify(sign(goodHeader, goodPayload, ''), NOW, key), 20107);
});

test('3.6 nothing is decompressed', async () => {
  expect((await verify(sign({ ...goodHeader, zip: 'DEF' }, goodPayload))).identity).toBe(identity);
});

test('3.7 header and payload are UTF-8', async () => {
  const latin1 = Buffer.from(JSON.stringify(goodPayload).replace('user', 'ü'), 'latin1');
  const utf16 = Buffer.from(JSON.stringify(goodPayload), 'utf16le');
  for (const bytes of [latin1, utf16]) {
    await expectRefusal(verify(signEncoded(`${encode(JSON.stringify(goodHeader))}.${encode(bytes)}`)), 20101);
  }
});

test('3.8 the key belongs to the issuer, and the subject to the key', async () => {
  await expectRefusal(verify(tokenWith({ iss: 'SK00000000000000000000000000000002' })), 20103);
  await expectRefusal(verify(tokenWith({ sub: 'AC00000000000000000000000000000002' })), 20103);
});

test('3.9 a token names the one service that it is for', async () => {
  await expectRefusal(verify(tokenWith({ grants: { identity, chat: {} } })), 20106);
});

test('3.10 received claims are not trusted: a lookup gets a SID and nothing else, and no key comes with a token', async () => {
  const findKey = vi.fn(() => keyRecord);
  for (const iss of [`${apiKey}' OR '1'='1`, '../../keys/SK1', { $ne: null }, 'SK*']) {
    await expectRefusal(verifyAccessToken(tokenWith({ iss }), { now: NOW * 1000, findKey }), 20103);
  }
  expect(findKey).not.toHaveBeenCalled();
  for (const member of ['jwk', 'jku', 'x5u', 'x5c']) {
    await expectRefusal(verify(sign({ ...goodHeader, [member]: 'https://example.com' }, goodPayload)), 20102);
  }
  // `kid` selects nothing here.
  expect((await verify(sign({ ...goodHeader, kid: "x' UNION SELECT 'secret" }, goodPayload))).identity).toBe(identity);
});

test('3.11 the type is explicit', async () => {
  for (const change of [{ typ: undefined }, { typ: 'at+jwt' }, { cty: undefined }, { cty: 'JWT' }]) {
    await expectRefusal(verify(sign({ ...goodHeader, ...change }, goodPayload)), 20102);
  }
});

test('3.12 other JWTs signed with the same secret are no Access Tokens', async () => {
  // A client validation token: signed by the same key, with the other content type and without grants.
  const other = { iss: apiKey, sub: goodPayload.sub, exp: NOW + 300, hrh: 'authorization;host', rqh: '0'.repeat(64) };
  await expectRefusal(verify(sign({ ...goodHeader, cty: 'twilio-pkrv;v=1', kid: 'CR1' }, other)), 20102);
  await expectRefusal(verify(sign(goodHeader, other)), 20106);
});
