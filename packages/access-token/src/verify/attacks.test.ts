import { generateKeyPairSync, sign as signRsa } from 'node:crypto';
import fc from 'fast-check';
import { jwtVerify } from 'jose';
import { describe, expect, test, vi } from 'vitest';
import { fuzzTimeoutMs, fuzzTokens } from '../../../../test-support/fuzz.ts';
import { createAccessToken } from '../index.ts';
import {
  accountSid,
  apiKey,
  apiSecret,
  encode,
  expectRefusal,
  goodHeader,
  goodPayload,
  identity,
  keyRecord,
  NOW,
  serviceSid,
  sign,
  tokenWith,
  verify,
} from '../test-support/fixtures.ts';
import { verifyAccessToken } from './verify-access-token.ts';

const good = createAccessToken({
  accountSid,
  apiKey,
  apiSecret,
  identity,
  grants: { chat: { serviceSid } },
  now: NOW * 1000,
});

describe('a token with one thing changed is refused', () => {
  test('every bit of every character', async () => {
    for (let i = 0; i < good.length; i++) {
      for (let bit = 0; bit < 16; bit++) {
        const flipped = String.fromCharCode(good.charCodeAt(i) ^ (1 << bit));
        await expectRefusal(verify(good.slice(0, i) + flipped + good.slice(i + 1)));
      }
    }
  });

  test('every bit of every decoded byte, signature included', async () => {
    const parts = good.split('.').map((part) => Buffer.from(part, 'base64url'));
    for (const [p, part] of parts.entries()) {
      for (let bit = 0; bit < part.length * 8; bit++) {
        const changed = Buffer.from(part);
        changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        await expectRefusal(verify(parts.map((each, i) => encode(i === p ? changed : each)).join('.')));
      }
    }
  });

  test('every shorter token, and one character more at every place', async () => {
    for (let i = 0; i < good.length; i++) {
      await expectRefusal(verify(good.slice(0, i)));
      await expectRefusal(verify(good.slice(i + 1)));
      for (const extra of ['A', '.', '=', '\0']) await expectRefusal(verify(good.slice(0, i) + extra + good.slice(i)));
    }
    for (const extra of ['A', 'AA', '.', '=', '==', ' ', '\n', '\0', '%00', '#'])
      await expectRefusal(verify(good + extra));
  });
});

describe('tricks with the algorithm', () => {
  const payload = encode(JSON.stringify(goodPayload));

  test.each(['none', 'None', 'NONE', 'nOnE', '', 'HS256 ', 'HS256\0', 'HS384', 'HS512', 'RS256', 'ES256', 'dir'])(
    'alg %j, unsigned and signed with the secret',
    async (alg) => {
      await expectRefusal(verify(`${encode(JSON.stringify({ ...goodHeader, alg }))}.${payload}.`), 20102);
      await expectRefusal(verify(sign({ ...goodHeader, alg }, goodPayload)), 20102);
    },
  );

  test('a key pair of the attacker, its public key as HMAC secret or in the header', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const jwk = publicKey.export({ format: 'jwk' });
    for (const header of [
      { ...goodHeader, alg: 'RS256' },
      { ...goodHeader, alg: 'RS256', jwk },
    ]) {
      const input = `${encode(JSON.stringify(header))}.${payload}`;
      await expectRefusal(verify(`${input}.${encode(signRsa('sha256', Buffer.from(input), privateKey))}`), 20102);
    }
    const pem = publicKey.export({ type: 'spki', format: 'pem' });
    await expectRefusal(verify(sign(goodHeader, goodPayload, pem)), 20107);
  });
});

describe('sizes', () => {
  test('a token of 1 MB is refused by its length, before anything reads it', async () => {
    const huge = tokenWith({ padding: 'x'.repeat(1_000_000) });
    const read = vi.spyOn(TextDecoder.prototype, 'decode');
    const parse = vi.spyOn(JSON, 'parse');
    try {
      const findKey = vi.fn(() => keyRecord);
      const refusal = await expectRefusal(verifyAccessToken(huge, { now: NOW * 1000, findKey }), 20101);
      expect(refusal.reason).toContain('longer than 8192');
      expect(read).not.toHaveBeenCalled();
      expect(parse).not.toHaveBeenCalled();
      expect(findKey).not.toHaveBeenCalled();
    } finally {
      read.mockRestore();
      parse.mockRestore();
    }
  });

  test.each<[string, string]>([
    ['8 KB of dots', '.'.repeat(8192)],
    ['8 KB of base64url', 'A'.repeat(8192)],
    ['1 MB of dots', '.'.repeat(1_000_000)],
    ['6,000 open brackets', `e30.${encode('['.repeat(6000))}.e30`],
    ['3,000 quotes after backslashes', `e30.${encode(`{"${'\\"'.repeat(2900)}`)}.e30`],
  ])('%s', async (_name, token) => {
    await expectRefusal(verify(token), 20101);
  });
});

describe('generated tokens', { timeout: fuzzTimeoutMs }, () => {
  /** A refusal, or claims that keep every promise. Nothing else may come out. */
  async function judge(token: string): Promise<'accepted' | 'refused'> {
    const claims = await verify(token).catch((error: unknown) => expectRefusal(Promise.reject(error)));
    if (claims instanceof Error) return 'refused';
    expect(claims.apiKeySid).toBe(apiKey);
    expect(claims.accountSid).toBe(accountSid);
    expect([...claims.identity].length).toBeGreaterThan(0);
    expect([...claims.identity].length).toBeLessThanOrEqual(256);
    expect(claims.expiresAt).toBeGreaterThan(NOW);
    expect(claims.expiresAt).toBeLessThanOrEqual(NOW + 86_460);
    expect(claims.grants.chat.serviceSid).toMatch(/^IS[0-9a-fA-F]{32}$/);
    // We may be stricter than others, never laxer.
    await jwtVerify(token, Buffer.from(apiSecret), { currentDate: new Date(NOW * 1000), clockTolerance: 60 });
    return 'accepted';
  }

  test('text of any kind is refused', async () => {
    const part = fc.oneof(fc.string(), fc.base64String(), fc.json().map(encode), fc.constantFrom(...good.split('.')));
    const token = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(part, { maxLength: 5 }).map((parts) => parts.join('.')),
    );
    await fc.assert(
      fc.asyncProperty(token, async (text) => {
        fc.pre(text !== good);
        await expectRefusal(verify(text));
      }),
      { numRuns: fuzzTokens },
    );
  });

  test('spliced tokens are refused', async () => {
    const place = fc.nat({ max: good.length });
    await fc.assert(
      fc.asyncProperty(place, place, fc.string({ maxLength: 8 }), async (from, to, text) => {
        const spliced = good.slice(0, from) + text + good.slice(to);
        fc.pre(spliced !== good);
        await expectRefusal(verify(spliced));
      }),
      { numRuns: fuzzTokens },
    );
  });

  test('well signed tokens with any claims are refused or keep every promise, and both happen', async () => {
    const odd = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom('__proto__', 'constructor', 1e300, -0));
    const mostly = <T>(value: T) =>
      fc.oneof({ weight: 9, arbitrary: fc.constant<unknown>(value) }, { weight: 1, arbitrary: odd });
    const seconds = fc.oneof(fc.integer({ min: NOW - 90, max: NOW + 90_000 }), fc.double({ noNaN: true }), odd);
    const chat = fc.record(
      { service_sid: mostly(serviceSid), endpoint_id: fc.oneof(fc.string(), odd) },
      { requiredKeys: [] },
    );
    const claims = fc.record(
      {
        iss: mostly(apiKey),
        sub: mostly(accountSid),
        exp: fc.oneof(fc.constant(NOW + 60), seconds),
        iat: fc.oneof(fc.constant(NOW), seconds),
        nbf: fc.oneof(fc.constant(NOW), seconds),
        grants: fc.oneof(
          {
            weight: 9,
            arbitrary: fc.record({ identity: fc.oneof(fc.string({ unit: 'binary' }), odd), chat: fc.oneof(chat, odd) }),
          },
          { weight: 1, arbitrary: odd },
        ),
        extra: odd,
      },
      { requiredKeys: ['iss', 'sub', 'exp', 'grants'] },
    );
    const header = fc.record(
      {
        alg: mostly('HS256'),
        typ: mostly('JWT'),
        cty: mostly('twilio-fpa;v=1'),
        twr: fc.oneof(fc.string(), odd),
        kid: odd,
      },
      { requiredKeys: ['alg', 'typ', 'cty'] },
    );
    const seen = { accepted: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(header, claims, async (head, body) => {
        seen[await judge(sign(head, body))]++;
      }),
      { numRuns: fuzzTokens },
    );
    expect(seen.accepted).toBeGreaterThan(20);
    expect(seen.refused).toBeGreaterThan(20);
  });
});
