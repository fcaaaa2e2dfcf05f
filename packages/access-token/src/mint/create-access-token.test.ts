import { describe, expect, test, vi } from 'vitest';
import { AccessTokenError, type CreateAccessTokenOptions, createAccessToken } from '../index.ts';
import {
  accountSid,
  apiKey,
  apiSecret,
  credentialSid,
  identity,
  NOW,
  roleSid,
  serviceSid,
  verify,
} from '../test-support/fixtures.ts';
import { vectors } from '../test-support/vectors.ts';

const good: CreateAccessTokenOptions = {
  accountSid,
  apiKey,
  apiSecret,
  identity,
  grants: { chat: { serviceSid } },
  now: NOW * 1000,
};

/** Calls as untyped JavaScript may. */
function mint(change: object): string {
  return Reflect.apply(createAccessToken, undefined, [{ ...good, ...change }]);
}

function errorOf(change: object): AccessTokenError {
  try {
    mint(change);
  } catch (error) {
    if (error instanceof AccessTokenError) return error;
    throw error;
  }
  throw new Error('no error');
}

function payloadOf(token: string): unknown {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

describe('what is minted', () => {
  test('is byte for byte what the official Node library mints', () => {
    expect(createAccessToken(good)).toBe(vectors.find((vector) => vector.library === 'Node')?.token);
  });

  test('has every claim where it belongs', () => {
    const token = createAccessToken({
      ...good,
      ttl: 60,
      notBefore: NOW + 10,
      grants: {
        chat: { serviceSid, deploymentRoleSid: roleSid, pushCredentialSid: credentialSid, endpointId: 'phone' },
        dataSync: { serviceSid, endpointId: 'phone' },
      },
    });
    expect(payloadOf(token)).toEqual({
      jti: `${apiKey}-${NOW}`,
      iss: apiKey,
      sub: accountSid,
      iat: NOW,
      nbf: NOW + 10,
      exp: NOW + 60,
      grants: {
        identity,
        chat: {
          service_sid: serviceSid,
          deployment_role_sid: roleSid,
          push_credential_sid: credentialSid,
          endpoint_id: 'phone',
        },
        data_sync: { service_sid: serviceSid, endpoint_id: 'phone' },
      },
    });
  });

  test('leaves out optional members given as undefined', () => {
    const chat = { serviceSid, deploymentRoleSid: undefined, pushCredentialSid: undefined, endpointId: undefined };
    const change = { ttl: undefined, notBefore: undefined, grants: { chat, dataSync: undefined } };
    expect(createAccessToken({ ...good, ...change })).toBe(createAccessToken(good));
  });

  test('rounds the clock down to whole seconds', () => {
    expect(createAccessToken({ ...good, now: NOW * 1000 + 999 })).toBe(createAccessToken(good));
  });

  test('uses the real clock when none is given', () => {
    vi.setSystemTime(NOW * 1000);
    try {
      expect(createAccessToken({ ...good, now: undefined })).toBe(createAccessToken(good));
    } finally {
      vi.useRealTimers();
    }
  });

  test.each([1, 3600, 86_400])('is accepted by the verifier with ttl %i', async (ttl) => {
    expect((await verify(createAccessToken({ ...good, ttl }))).expiresAt).toBe(NOW + ttl);
  });

  test.each(['a', '用户', 'ü'.repeat(256), '😀'.repeat(256), '__proto__', '"\\\n', 'US1'])(
    'is accepted by the verifier with identity %j',
    async (name) => {
      expect((await verify(createAccessToken({ ...good, identity: name }))).identity).toBe(name);
    },
  );
});

describe('arguments that no usable token can be made from', () => {
  const chat = (members: object) => ({ grants: { chat: { serviceSid, ...members } } });
  const cases: [string, object, string, string][] = [
    ['no account SID', { accountSid: undefined }, 'invalid_account_sid', 'accountSid'],
    ['an API key as account', { accountSid: apiKey }, 'invalid_account_sid', 'accountSid'],
    ['a short account SID', { accountSid: 'AC123' }, 'invalid_account_sid', 'accountSid'],
    ['a line break after the account SID', { accountSid: `${accountSid}\n` }, 'invalid_account_sid', 'accountSid'],
    ['no API key', { apiKey: '' }, 'invalid_api_key', 'apiKey'],
    ['the account as API key', { apiKey: accountSid }, 'invalid_api_key', 'apiKey'],
    ['no secret', { apiSecret: undefined }, 'invalid_api_secret', 'apiSecret'],
    ['an empty secret', { apiSecret: '' }, 'invalid_api_secret', 'apiSecret'],
    ['a secret that is no text', { apiSecret: 42 }, 'invalid_api_secret', 'apiSecret'],
    ['no identity', { identity: undefined }, 'missing_identity', 'identity'],
    ['an empty identity', { identity: '' }, 'missing_identity', 'identity'],
    ['a number as identity', { identity: 42 }, 'invalid_identity', 'identity'],
    ['an unpaired surrogate', { identity: 'a\ud800' }, 'invalid_identity', 'identity'],
    ['a NUL in the identity', { identity: 'a\0' }, 'invalid_identity', 'identity'],
    ['257 characters', { identity: 'a'.repeat(257) }, 'identity_too_long', 'identity'],
    ['257 characters of two units', { identity: '😀'.repeat(257) }, 'identity_too_long', 'identity'],
    ['a User SID as identity', { identity: `US${'aB'.repeat(16)}` }, 'identity_like_user_sid', 'identity'],
    ['ttl 0', { ttl: 0 }, 'invalid_ttl', 'ttl'],
    ['a negative ttl', { ttl: -1 }, 'invalid_ttl', 'ttl'],
    ['a fractional ttl', { ttl: 1.5 }, 'invalid_ttl', 'ttl'],
    ['a ttl over 24 hours', { ttl: 86_401 }, 'invalid_ttl', 'ttl'],
    ['an endless ttl', { ttl: Number.POSITIVE_INFINITY }, 'invalid_ttl', 'ttl'],
    ['a ttl that is NaN', { ttl: Number.NaN }, 'invalid_ttl', 'ttl'],
    ['a string as ttl', { ttl: '3600' }, 'invalid_ttl', 'ttl'],
    ['null as ttl', { ttl: null }, 'invalid_ttl', 'ttl'],
    ['notBefore in milliseconds', { notBefore: NOW * 1000 }, 'invalid_not_before', 'notBefore'],
    ['a Date as notBefore', { notBefore: new Date(NOW) }, 'invalid_not_before', 'notBefore'],
    ['a fractional notBefore', { notBefore: NOW + 0.5 }, 'invalid_not_before', 'notBefore'],
    ['notBefore at the expiry', { notBefore: NOW + 3600 }, 'invalid_not_before', 'notBefore'],
    ['now that is NaN', { now: Number.NaN }, 'invalid_now', 'now'],
    ['a Date as now', { now: new Date() }, 'invalid_now', 'now'],
    ['no grants', { grants: undefined }, 'invalid_grants', 'grants'],
    ['a list of grants', { grants: [] }, 'invalid_grants', 'grants'],
    ['an empty set of grants', { grants: {} }, 'missing_grant', 'grants'],
    ['a grant of another name', { grants: { conversations: {} } }, 'unknown_grant', 'grants.conversations'],
    ['a chat grant that is no object', { grants: { chat: serviceSid } }, 'invalid_grants', 'grants.chat'],
    ['no service', { grants: { chat: {} } }, 'invalid_service_sid', 'grants.chat.serviceSid'],
    ['a service placeholder', chat({ serviceSid: 'ISxxxx' }), 'invalid_service_sid', 'grants.chat.serviceSid'],
    [
      'a role that is none',
      chat({ deploymentRoleSid: 'admin' }),
      'invalid_deployment_role_sid',
      'grants.chat.deploymentRoleSid',
    ],
    [
      'an empty push credential',
      chat({ pushCredentialSid: '' }),
      'invalid_push_credential_sid',
      'grants.chat.pushCredentialSid',
    ],
    ['an empty endpoint id', chat({ endpointId: '' }), 'invalid_endpoint_id', 'grants.chat.endpointId'],
    ['an unpaired surrogate', chat({ endpointId: '\udc00' }), 'invalid_endpoint_id', 'grants.chat.endpointId'],
    ['a Sync grant without service', { grants: { dataSync: {} } }, 'invalid_service_sid', 'grants.dataSync.serviceSid'],
    ['an endpoint id of 8 KB', chat({ endpointId: 'e'.repeat(8192) }), 'token_too_long', 'grants'],
  ];

  test.each(cases)('%s', (_name, change, code, argument) => {
    expect(errorOf(change)).toMatchObject({ name: 'AccessTokenError', code, argument });
  });

  test('no options at all', () => {
    expect(() => Reflect.apply(createAccessToken, undefined, [])).toThrow(
      expect.objectContaining({ code: 'invalid_options' }),
    );
  });

  test('a ttl in milliseconds or of text is named as such', () => {
    expect(errorOf({ ttl: 3_600_000 }).message).toMatch(/divide milliseconds by 1000/);
    expect(errorOf({ ttl: '3600' }).message).toContain('ttl is a string');
    expect(errorOf({ notBefore: NOW * 1000 }).message).toContain('divide milliseconds by 1000');
  });

  test('messages never repeat what was given: it may be a secret in the wrong place', () => {
    for (const argument of ['accountSid', 'apiKey', 'ttl', 'notBefore', 'now', 'grants']) {
      expect(errorOf({ [argument]: apiSecret }).message).not.toContain(apiSecret);
    }
    for (const member of ['serviceSid', 'deploymentRoleSid', 'pushCredentialSid']) {
      expect(errorOf(chat({ [member]: apiSecret })).message).not.toContain(apiSecret);
    }
  });
});
