import fc from 'fast-check';
import { jwtVerify, SignJWT } from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import twilio from 'twilio';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { AccessToken, createAccessToken } from '../index.ts';
import { identityFault } from '../shared/identity.ts';
import { accountSid, apiKey, apiSecret, NOW, verify } from '../test-support/fixtures.ts';
import type { ChatGrantClaims } from './read-grants.ts';

const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 32, maxLength: 32 });
const sid = (prefix: string) => hex.map((digits) => prefix + digits);
const identity = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 256 })
  .filter((text) => identityFault(text) === undefined);
const chatGrant: fc.Arbitrary<ChatGrantClaims> = fc.record(
  {
    serviceSid: sid('IS'),
    deploymentRoleSid: sid('RL'),
    pushCredentialSid: sid('CR'),
    endpointId: fc.string({ minLength: 1 }),
  },
  { requiredKeys: ['serviceSid'] },
);
const ttl = fc.integer({ min: 1, max: 86_400 });
const notBefore = fc.option(fc.integer({ min: NOW - 100_000, max: NOW }), { nil: undefined });
const secretBytes = new TextEncoder().encode(apiSecret);

// Thousands of inputs: it catches what hangs, not what is slow on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

// The official package and jsonwebtoken read the process clock.
beforeAll(() => void vi.setSystemTime(NOW * 1000));
afterAll(() => void vi.useRealTimers());

/** The claim as libraries write it. */
function chatMembers(grant: ChatGrantClaims): object {
  return {
    service_sid: grant.serviceSid,
    endpoint_id: grant.endpointId,
    deployment_role_sid: grant.deploymentRoleSid,
    push_credential_sid: grant.pushCredentialSid,
  };
}

function expectedClaims(name: string, chat: ChatGrantClaims, life: number, start: number | undefined): object {
  return {
    apiKeySid: apiKey,
    accountSid,
    identity: name,
    jti: `${apiKey}-${NOW}`,
    issuedAt: NOW,
    ...(start !== undefined && { notBefore: start }),
    expiresAt: NOW + life,
    grants: { chat },
  };
}

test('our tokens are those of the official package, and jose, jsonwebtoken and we accept them alike', async () => {
  const { AccessToken } = twilio.jwt;
  await fc.assert(
    fc.asyncProperty(identity, chatGrant, ttl, notBefore, async (name, chat, life, start) => {
      const ours = createAccessToken({
        accountSid,
        apiKey,
        apiSecret,
        identity: name,
        ttl: life,
        notBefore: start,
        grants: { chat },
        now: NOW * 1000,
      });
      const options = { identity: name, ttl: life, ...(start !== undefined && { nbf: start }) };
      const official = new AccessToken(accountSid, apiKey, apiSecret, options);
      official.addGrant(new AccessToken.ChatGrant(chat));
      expect(ours).toBe(official.toJwt());

      const expected = { issuer: apiKey, subject: accountSid, algorithms: ['HS256'] };
      const payload = jsonwebtoken.verify(ours, apiSecret, expected);
      expect((await jwtVerify(ours, secretBytes, { ...expected, typ: 'JWT' })).payload).toEqual(payload);
      expect(await verify(ours)).toEqual(expectedClaims(name, chat, life, start));
    }),
    { numRuns: 1000 },
  );
});

test('tokens that jose and jsonwebtoken sign are accepted and read alike', async () => {
  await fc.assert(
    fc.asyncProperty(identity, chatGrant, ttl, async (name, chat, life) => {
      const grants = { identity: name, chat: chatMembers(chat) };
      const byJose = await new SignJWT({ grants })
        .setProtectedHeader({ cty: 'twilio-fpa;v=1', alg: 'HS256', typ: 'JWT' })
        .setJti(`${apiKey}-${NOW}`)
        .setIssuer(apiKey)
        .setSubject(accountSid)
        .setIssuedAt(NOW)
        .setExpirationTime(NOW + life)
        .sign(secretBytes);
      const byJsonwebtoken = jsonwebtoken.sign({ grants, exp: NOW + life }, apiSecret, {
        header: { cty: 'twilio-fpa;v=1' },
        issuer: apiKey,
        subject: accountSid,
        jwtid: `${apiKey}-${NOW}`,
      });
      const expected = expectedClaims(name, chat, life, undefined);
      expect(await verify(byJose)).toEqual(expected);
      expect(await verify(byJsonwebtoken)).toEqual(expected);
    }),
    { numRuns: 1000 },
  );
});

const text = fc.string({ minLength: 1, maxLength: 40 });
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
/** Grants of the names that the official package has, each with the options that both constructors take. */
const grantsOfBoth = fc.record(
  {
    ChatGrant: chatGrant,
    SyncGrant: fc.record({ serviceSid: fc.oneof(sid('IS'), fc.constant('default')), endpointId: maybe(text) }),
    VideoGrant: fc.record({ room: maybe(text) }),
    VoiceGrant: fc.record({
      incomingAllow: maybe(fc.boolean()),
      outgoingApplicationSid: sid('AP'),
      outgoingApplicationParams: maybe(fc.dictionary(fc.string({ maxLength: 10 }), text, { maxKeys: 4 })),
      pushCredentialSid: maybe(sid('CR')),
      endpointId: maybe(text),
    }),
    TaskRouterGrant: fc.record({ workspaceSid: maybe(sid('WS')), workerSid: maybe(sid('WK')), role: maybe(text) }),
    PlaybackGrant: fc.record({ grant: maybe(fc.dictionary(fc.string({ maxLength: 10 }), text, { maxKeys: 3 })) }),
  },
  { requiredKeys: ['ChatGrant'] },
);

test('every grant, by the official names, makes the token of the official package', () => {
  const Ours = AccessToken;
  const Official = twilio.jwt.AccessToken;
  fc.assert(
    fc.property(
      fc.oneof(identity, fc.integer({ min: 1 })),
      grantsOfBoth,
      ttl,
      notBefore,
      maybe(text),
      (name, grants, life, start, region) => {
        const settings = { identity: name, ttl: life, nbf: start, region };
        const [ours, official] = [Ours, Official].map((Token) => {
          const token = Reflect.construct(Token, [accountSid, apiKey, apiSecret, settings]);
          for (const [grant, members] of Object.entries(grants)) {
            token.addGrant(Reflect.construct(Reflect.get(Token, grant), [members]));
          }
          return token.toJwt();
        });
        expect(ours).toBe(official);
        expect(jsonwebtoken.verify(ours, apiSecret, { algorithms: ['HS256'], ignoreNotBefore: true })).toBeTypeOf(
          'object',
        );
      },
    ),
    { numRuns: 2000 },
  );
});
