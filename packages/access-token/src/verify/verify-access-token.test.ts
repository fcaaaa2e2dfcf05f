import twilio from 'twilio';
import { describe, expect, test, vi } from 'vitest';
import {
  accountSid,
  apiKey,
  apiSecret,
  credentialSid,
  expectRefusal,
  goodGrants,
  goodHeader,
  goodPayload,
  identity,
  keyRecord,
  NOW,
  roleSid,
  serviceSid,
  sign,
  tokenWith,
  tokenWithGrants,
  verify,
} from '../test-support/fixtures.ts';
import { vectors } from '../test-support/vectors.ts';
import { TokenRefusal } from './token-refusal.ts';
import { verifyAccessToken } from './verify-access-token.ts';

describe('tokens of the official libraries are accepted', () => {
  test.each(vectors)('$library', async ({ token, issuedAt }) => {
    const claims = await verify(token, issuedAt + 1);
    expect(claims).toMatchObject({
      apiKeySid: apiKey,
      accountSid,
      identity,
      expiresAt: issuedAt + 3600,
      grants: { chat: { serviceSid } },
    });
    await expectRefusal(verify(token, issuedAt + 3600), 20104);
  });

  test('the reference has vectors of six of the seven', () => {
    expect(vectors.map((vector) => vector.library)).toEqual(['Node', 'Python', 'PHP', 'Ruby', 'Java', 'Go']);
  });

  // No C# runtime made a vector; member order and rounding of `jti` are the documented ones (access tokens 3).
  test.each([undefined, 'us1'])('C# by its documented shape, region %s', async (region) => {
    const header = { alg: 'HS256', typ: 'JWT', cty: 'twilio-fpa;v=1', twr: region };
    const payload = {
      iss: apiKey,
      exp: NOW + 3600,
      jti: `${apiKey}-${NOW + 1}`,
      sub: accountSid,
      nbf: NOW,
      grants: { identity, chat: { service_sid: serviceSid } },
    };
    expect(await verify(sign(header, payload))).toEqual({
      apiKeySid: apiKey,
      accountSid,
      identity,
      jti: `${apiKey}-${NOW + 1}`,
      notBefore: NOW,
      expiresAt: NOW + 3600,
      grants: { chat: { serviceSid } },
    });
  });

  test('the Node package, live, with every member and another product beside', async () => {
    const { AccessToken } = twilio.jwt;
    vi.setSystemTime(NOW * 1000);
    try {
      const token = new AccessToken(accountSid, apiKey, apiSecret, { identity, ttl: 86_400, nbf: NOW, region: 'us1' });
      const members = {
        serviceSid,
        endpointId: 'web',
        deploymentRoleSid: roleSid,
        pushCredentialSid: credentialSid,
      };
      token.addGrant(new AccessToken.ChatGrant(members));
      token.addGrant(new AccessToken.SyncGrant({ serviceSid, endpointId: 'web' }));
      token.addGrant(
        new AccessToken.VoiceGrant({
          incomingAllow: true,
          outgoingApplicationSid: 'AP00000000000000000000000000000001',
          outgoingApplicationParams: { a: { b: ['c'] } },
        }),
      );
      expect(await verify(token.toJwt())).toEqual({
        apiKeySid: apiKey,
        accountSid,
        identity,
        jti: `${apiKey}-${NOW}`,
        issuedAt: NOW,
        notBefore: NOW,
        expiresAt: NOW + 86_400,
        grants: {
          chat: members,
          dataSync: { serviceSid, endpointId: 'web' },
          voice: {
            incomingAllow: true,
            outgoingApplicationSid: 'AP00000000000000000000000000000001',
            outgoingApplicationParams: { a: { b: ['c'] } },
          },
        },
      });
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('what else is accepted', () => {
  test('ip_messaging in place of chat, and chat before ip_messaging', async () => {
    const old = { service_sid: serviceSid, endpoint_id: 'web' };
    const alone = await verify(tokenWith({ grants: { identity, ip_messaging: old } }));
    expect(alone.grants).toEqual({ chat: { serviceSid, endpointId: 'web' } });
    const both = await verify(tokenWithGrants({ ip_messaging: { service_sid: 'other' } }));
    expect(both.grants).toEqual({ chat: { serviceSid } });
  });

  test('grants of other products, typed', async () => {
    const others = {
      video: { room: 'attic' },
      voice: { incoming: { allow: false }, endpoint_id: 'phone' },
      task_router: { workspace_sid: 'WS1', role: null },
      player: { playbackUrl: 'https://example.com' },
      rtc: {},
    };
    expect((await verify(tokenWithGrants(others))).grants).toEqual({
      chat: { serviceSid },
      video: { room: 'attic' },
      voice: { incomingAllow: false, endpointId: 'phone' },
      taskRouter: { workspaceSid: 'WS1' },
      player: { playbackUrl: 'https://example.com' },
      rtc: {},
    });
  });

  test('grants of other products that cannot be read, which then grant nothing', async () => {
    const unreadable = [
      { video: 'attic', voice: null, task_router: [], player: 1, rtc: true },
      { video: { room: 1 }, voice: { incoming: { allow: 'yes' } }, task_router: { role: [] } },
      { voice: { incoming: true }, rtc: { configuration_profile_sid: {} } },
      { voice: { outgoing: 'AP1' } },
      { voice: { outgoing: { application_sid: 'AP1', params: 'to=alice' } } },
      { voice: { endpoint_id: 7 } },
    ];
    for (const others of unreadable) {
      expect((await verify(tokenWithGrants(others))).grants).toEqual({ chat: { serviceSid } });
    }
  });

  test('null for optional grant members', async () => {
    const chat = { service_sid: serviceSid, endpoint_id: null, deployment_role_sid: null, push_credential_sid: null };
    expect((await verify(tokenWithGrants({ chat }))).grants).toEqual({ chat: { serviceSid } });
  });

  test('claims that we do not know, and a jti that is no text', async () => {
    expect(await verify(tokenWith({ aud: 'x', custom: { a: 1 }, jti: 7 }))).not.toHaveProperty('jti');
  });

  test('header members that we do not use, twr as text or null', async () => {
    for (const extra of [{ kid: '../../etc/passwd' }, { twr: null }, { twr: '' }, { x5t: 'a' }, { zip: 'DEF' }]) {
      expect((await verify(sign({ ...goodHeader, ...extra }, goodPayload))).identity).toBe(identity);
    }
  });

  test('escapes and white space in the JSON', async () => {
    const payload = JSON.stringify(goodPayload, null, 2).replace('@', '\\u0040');
    expect((await verify(sign(JSON.stringify(goodHeader, null, 1), payload))).identity).toBe(identity);
  });

  test('any live secret of the key during a rotation', async () => {
    const secrets = ['next', new TextEncoder().encode('other'), 'größer als Latin-1: 用户', apiSecret];
    for (const secret of secrets) {
      const claims = await verify(sign(goodHeader, goodPayload, secret), NOW, { ...keyRecord, secrets });
      expect(claims.identity).toBe(identity);
    }
  });

  test('secrets of any bytes and length, as views into a larger buffer', async () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, i) => (i * 7) % 256);
    for (const secret of [bytes.subarray(3, 4), bytes.subarray(0, 256), bytes.subarray(40, 300)]) {
      const claims = await verify(sign(goodHeader, goodPayload, secret), NOW, { ...keyRecord, secrets: [secret] });
      expect(claims.identity).toBe(identity);
    }
  });

  test('a key found later', async () => {
    const findKey = () => Promise.resolve(keyRecord);
    expect((await verifyAccessToken(tokenWith({}), { now: NOW * 1000, findKey })).accountSid).toBe(accountSid);
  });
});

describe('the boundary of time', () => {
  test('expiry has no leeway, to the millisecond and with fractions', async () => {
    const token = tokenWith({ exp: NOW + 0.5 });
    expect((await verify(token, NOW + 0.499)).expiresAt).toBe(NOW + 0.5);
    await expectRefusal(verify(token, NOW + 0.5), 20104);
    await expectRefusal(verify(token, NOW + 1), 20104);
  });

  test.each(['nbf', 'iat'])('%s may be 60 s ahead', async (claim) => {
    await verify(tokenWith({ [claim]: NOW + 60 }));
    await expectRefusal(verify(tokenWith({ [claim]: NOW + 60.001 })), 20105);
  });

  test('a life of 24 hours and 60 s, counted from iat, else nbf, else now', async () => {
    const longest = NOW + 86_460;
    for (const start of [{ iat: NOW }, { iat: undefined, nbf: NOW }, { iat: undefined }]) {
      await verify(tokenWith({ ...start, exp: longest }));
      await expectRefusal(verify(tokenWith({ ...start, exp: longest + 0.001 })), 20104);
    }
    await expectRefusal(verify(tokenWith({ iat: NOW - 7200, exp: longest - 3600 })), 20104);
    await verify(tokenWith({ iat: NOW - 7200, exp: NOW + 79_200 }));
  });

  test('a start ahead of the clock does not lengthen the life', async () => {
    await expectRefusal(verify(tokenWith({ iat: NOW + 60, exp: NOW + 86_500 })), 20104);
  });

  test('a token that starts tomorrow is not valid yet, however short its life', async () => {
    const tomorrow = NOW + 90_000;
    await expectRefusal(verify(tokenWith({ iat: undefined, nbf: tomorrow, exp: tomorrow + 3600 })), 20105);
  });
});

describe('the caller', () => {
  test('gets the errors of findKey as they are', async () => {
    const broken = new Error('the database is away');
    const verification = verifyAccessToken(tokenWith({}), { now: NOW * 1000, findKey: () => Promise.reject(broken) });
    await expect(verification).rejects.toBe(broken);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('cannot leave the clock out: %d', async (now) => {
    const verification = verifyAccessToken(tokenWith({ exp: 1 }), { now, findKey: () => keyRecord });
    await expect(verification).rejects.toBeInstanceOf(TypeError);
  });

  test('is asked for a key only after structure, header, issuer and subject are good', async () => {
    const findKey = vi.fn(() => keyRecord);
    const tokens = [
      'a.b.c',
      sign({ ...goodHeader, alg: 'none' }, goodPayload),
      tokenWith({ iss: "SK' OR 1=1 --" }),
      tokenWith({ iss: ['SK00000000000000000000000000000001'] }),
      tokenWith({ sub: 'AC1' }),
    ];
    for (const token of tokens) await expectRefusal(verifyAccessToken(token, { now: NOW * 1000, findKey }));
    expect(findKey).not.toHaveBeenCalled();
  });

  test('names the account and the service that a token must be for', async () => {
    const options = { now: NOW * 1000, findKey: () => keyRecord, accountSid, serviceSid };
    expect((await verifyAccessToken(tokenWith({}), options)).identity).toBe(identity);
    const other = (sid: string) => sid.replace(/1$/, '2');
    const elsewhere = verifyAccessToken(tokenWith({}), { ...options, accountSid: other(accountSid) });
    expect((await expectRefusal(elsewhere, 20103)).reason).toContain(other(accountSid));
    await expectRefusal(verifyAccessToken(tokenWith({}), { ...options, serviceSid: other(serviceSid) }), 20106);
  });

  test('makes refusals of its own', () => {
    const refusal = new TokenRefusal(20106, 'the service is unknown');
    expect(refusal).toBeInstanceOf(Error);
    expect({ ...refusal }).toEqual({
      name: 'TokenRefusal',
      code: 20106,
      status: 401,
      reason: 'the service is unknown',
    });
    expect(refusal.message).toBe('Invalid Access Token grants');
  });

  test('gets grants with nothing but what the token says', async () => {
    const claims = await verify(tokenWith({ grants: goodGrants }));
    expect(Object.keys(claims.grants)).toEqual(['chat']);
    expect(Object.keys(claims.grants.chat)).toEqual(['serviceSid']);
  });
});
