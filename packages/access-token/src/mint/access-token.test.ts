import twilio from 'twilio';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AccessToken, AccessTokenError, ChatGrant, createAccessToken, Grant, SyncGrant } from '../index.ts';
import { accountSid, apiKey, apiSecret, identity, NOW, serviceSid, verify } from '../test-support/fixtures.ts';

beforeEach(() => void vi.setSystemTime(NOW * 1000));
afterEach(() => void vi.useRealTimers());

/** Calls as untyped JavaScript may. */
function construct(...args: unknown[]): AccessToken {
  return Reflect.construct(AccessToken, args);
}

function errorOf(action: () => unknown): Pick<AccessTokenError, 'code' | 'argument' | 'message'> {
  try {
    action();
  } catch (error) {
    if (error instanceof AccessTokenError) return error;
    throw error;
  }
  throw new Error('no error');
}

function chatToken(options: object = {}): AccessToken {
  const token = construct(accountSid, apiKey, apiSecret, { identity, ...options });
  token.addGrant(new ChatGrant({ serviceSid }));
  return token;
}

function payloadOf(token: AccessToken): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.toJwt().split('.')[1] ?? '', 'base64url').toString());
}

test("the guide's sample gives what the official library gives", async () => {
  // Names as in the guide.
  const sample = (Token: typeof AccessToken | typeof twilio.jwt.AccessToken): string => {
    const { ChatGrant } = Token;
    const chatGrant = new ChatGrant({ serviceSid: serviceSid });
    const token = new Token(accountSid, apiKey, apiSecret, { identity: identity });
    token.addGrant(chatGrant);
    return token.toJwt();
  };
  expect(sample(AccessToken)).toBe(sample(twilio.jwt.AccessToken));
  expect((await verify(sample(AccessToken))).grants.chat.serviceSid).toBe(serviceSid);
});

test('both forms make the same token', async () => {
  const options = { accountSid, apiKey, apiSecret, identity, grants: { chat: { serviceSid } } };
  expect(chatToken().toJwt()).toBe(createAccessToken(options));
  expect(await chatToken().toJwtAsync()).toBe(createAccessToken(options));
});

describe('as in the official library', () => {
  test('a whole number for an identity stands for its digits', async () => {
    expect((await verify(chatToken({ identity: 42 }).toJwt())).identity).toBe('42');
  });

  test('members may be set until the token is made', async () => {
    const grant = new ChatGrant();
    const token = construct(accountSid, apiKey, apiSecret, { identity: 'first' });
    token.addGrant(grant);
    grant.serviceSid = serviceSid;
    token.identity = 'second';
    token.ttl = 60;
    expect(await verify(token.toJwt())).toMatchObject({ identity: 'second', expiresAt: NOW + 60 });
  });

  test('each call makes a token of its time', () => {
    const token = chatToken();
    const first = token.toJwt();
    vi.setSystemTime((NOW + 1) * 1000);
    expect(token.toJwt()).not.toBe(first);
  });

  test('a later grant of the same key takes the place of an earlier one', async () => {
    const token = chatToken();
    token.addGrant(new ChatGrant({ serviceSid: serviceSid.replace(/1$/, '2') }));
    expect((await verify(token.toJwt())).grants.chat.serviceSid).toMatch(/2$/);
  });

  test("its own grants, and an app's, can be added", () => {
    class DoorGrant extends Grant {
      constructor() {
        super('door');
      }
      toPayload() {
        return { number: 7 };
      }
    }
    const token = chatToken();
    token.addGrant(new DoorGrant());
    token.addGrant(new twilio.jwt.AccessToken.VideoGrant({ room: 'attic' }));
    const chat = { service_sid: serviceSid };
    expect(payloadOf(token).grants).toEqual({ identity, chat, door: { number: 7 }, video: { room: 'attic' } });
  });

  test('an empty region is none, null is the default life', () => {
    expect(chatToken({ region: '', ttl: null, nbf: null }).toJwt()).toBe(chatToken().toJwt());
  });

  test('HS256 may be named', () => {
    expect(chatToken().toJwt('HS256')).toBe(chatToken().toJwt());
    expect(AccessToken.ALGORITHMS).toEqual([AccessToken.DEFAULT_ALGORITHM]);
  });
});

describe('the constructor refuses at once', () => {
  test.each<[string, unknown[], string, string]>([
    ['account and key exchanged', [apiKey, accountSid, apiSecret, { identity }], 'invalid_account_sid', 'accountSid'],
    ['no key', [accountSid, undefined, apiSecret, { identity }], 'invalid_api_key', 'apiKey'],
    ['no secret', [accountSid, apiKey, undefined, { identity }], 'invalid_api_secret', 'apiSecret'],
    ['no options', [accountSid, apiKey, apiSecret], 'missing_identity', 'identity'],
    ['no identity', [accountSid, apiKey, apiSecret, {}], 'missing_identity', 'identity'],
    ['an empty identity', [accountSid, apiKey, apiSecret, { identity: '' }], 'missing_identity', 'identity'],
    ['zero as identity', [accountSid, apiKey, apiSecret, { identity: 0 }], 'invalid_identity', 'identity'],
    ['a fraction as identity', [accountSid, apiKey, apiSecret, { identity: 1.5 }], 'invalid_identity', 'identity'],
    ['a ttl as text', [accountSid, apiKey, apiSecret, { identity, ttl: '3600' }], 'invalid_ttl', 'ttl'],
    ['a ttl of 0', [accountSid, apiKey, apiSecret, { identity, ttl: 0 }], 'invalid_ttl', 'ttl'],
  ])('%s', (_name, args, code, argument) => {
    expect(errorOf(() => construct(...args))).toMatchObject({ code, argument });
  });

  test('and names the kind of SID that stands in the wrong place', () => {
    const { message } = errorOf(() => construct(apiKey, accountSid, apiSecret, { identity }));
    expect(message).toBe('accountSid begins with SK; give a SID: AC and 32 hex digits');
  });
});

describe('making the token refuses', () => {
  test.each<[string, (token: AccessToken) => void, string, string]>([
    ['no grant', (token) => token.grants.pop(), 'missing_grant', 'grants'],
    [
      'a grant without its service',
      (token) => token.addGrant(new SyncGrant()),
      'invalid_service_sid',
      'grants.dataSync.serviceSid',
    ],
    ['an identity that was emptied', (token) => Reflect.set(token, 'identity', ''), 'missing_identity', 'identity'],
    ['a ttl in milliseconds', (token) => Reflect.set(token, 'ttl', 3_600_000), 'invalid_ttl', 'ttl'],
    ['a start in milliseconds', (token) => Reflect.set(token, 'nbf', NOW * 1000), 'invalid_not_before', 'notBefore'],
    ['a region that is no text', (token) => Reflect.set(token, 'region', 1), 'invalid_region', 'region'],
    [
      'what was pushed and is no grant',
      (token) => Reflect.apply(token.grants.push, token.grants, [1]),
      'invalid_grants',
      'grant',
    ],
  ])('%s', (_name, change, code, argument) => {
    const token = chatToken();
    change(token);
    expect(errorOf(() => token.toJwt())).toMatchObject({ code, argument });
  });

  test.each(['HS384', 'HS512', 'none'])('the algorithm %s', async (algorithm) => {
    const token = chatToken();
    expect(errorOf(() => token.toJwt(algorithm))).toMatchObject({
      code: 'unsupported_algorithm',
      argument: 'algorithm',
    });
    await expect(token.toJwtAsync(algorithm)).rejects.toMatchObject({ code: 'unsupported_algorithm' });
  });

  test.each([
    undefined,
    null,
    {},
    'chat',
    { key: 'identity', toPayload: () => ({}) },
    { key: '', toPayload: () => ({}) },
  ])('%j as a grant', (grant) => {
    const token = chatToken();
    expect(errorOf(() => Reflect.apply(token.addGrant, token, [grant]))).toMatchObject({ code: 'invalid_grants' });
  });
});

test('the secret shows in no listing of the token', () => {
  const token = chatToken();
  expect(JSON.stringify(token)).not.toContain(apiSecret);
  expect(Object.values(token)).not.toContain(apiSecret);
});
