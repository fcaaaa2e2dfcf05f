import { verifyAccessToken } from '@confab/access-token/verify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RestServer, startRestServer } from './support/rest-server.ts';

let server: RestServer;
beforeAll(async () => {
  server = await startRestServer();
});
afterAll(() => server.stop());

const basic = (user: string, secret: string) => `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;

async function createKey(keyType: 'standard' | 'restricted'): Promise<{ sid: string; secret: string }> {
  const policy = keyType === 'restricted' ? { Policy: JSON.stringify({ allow: ['/confab/tokens/create'] }) } : {};
  const form = { AccountSid: server.accountSid, KeyType: keyType, ...policy };
  const { json } = await server.sendAs('/v1/Keys', { form });
  if (typeof json !== 'object' || json === null || !('sid' in json && 'secret' in json)) throw new Error('No key.');
  return { sid: String(json.sid), secret: String(json.secret) };
}

describe('Access Tokens over REST', () => {
  it('are what the socket accepts, and audited without the token', async () => {
    const { accountSid, apiKey, apiSecret, chatServiceSid } = server;
    const path = `/confab/v1/Services/${chatServiceSid}/Tokens`;
    const { status, json } = await server.sendAs(path, { form: { Identity: 'ada', Ttl: '60' } });
    expect(status).toBe(201);
    expect(json).toEqual({
      token: expect.any(String),
      identity: 'ada',
      expires_in: 60,
      api_key_sid: apiKey,
      account_sid: accountSid,
      chat_service_sid: chatServiceSid,
    });
    const token = typeof json === 'object' && json !== null && 'token' in json ? String(json.token) : '';
    const claims = await verifyAccessToken(token, {
      now: Date.now(),
      findKey: (sid) =>
        sid === apiKey
          ? { accountSid, accountStatus: 'active', kind: 'main', secrets: [Buffer.from(apiSecret)] }
          : undefined,
    });
    expect(claims).toMatchObject({ identity: 'ada', grants: { chat: { serviceSid: chatServiceSid } } });
    const log = await server.sendAs('/confab/v1/AuditLog');
    expect(log.json).toMatchObject({
      audit_entries: [{ action: 'token.minted', subject_sid: apiKey, after: { identity: 'ada', ttl: 60 } }],
    });
    expect(log.text).not.toContain(token);
  });

  it('are signed by the key that asks, and by others for Main credentials only', async () => {
    const { sid, secret } = await createKey('standard');
    const headers = { authorization: basic(sid, secret) };
    const form = { Identity: 'ada' };
    expect(await server.send('/confab/v1/Tokens', { form, headers })).toMatchObject({
      status: 201,
      json: { api_key_sid: sid },
    });
    const named = { ...form, ApiKeySid: server.apiKey };
    expect(await server.send('/confab/v1/Tokens', { form: named, headers })).toMatchObject({ status: 403 });
    expect(await server.sendAs('/confab/v1/Tokens', { form: { ...form, ApiKeySid: sid } })).toMatchObject({
      status: 201,
      json: { api_key_sid: sid },
    });
  });

  it('are not made by Restricted keys, whatever their policy lists', async () => {
    const { sid, secret } = await createKey('restricted');
    const headers = { authorization: basic(sid, secret) };
    const answer = await server.send('/confab/v1/Tokens', { form: { Identity: 'ada' }, headers });
    expect(answer).toMatchObject({ status: 400, json: { details: { parameter: 'ApiKeySid' } } });
  });

  it.each([
    [{}, 'Identity'],
    [{ Identity: 'ada', Ttl: '86401' }, 'Ttl'],
    [{ Identity: 'ada', ApiKeySid: `SK${'0'.repeat(32)}` }, 'ApiKeySid'],
  ])('are refused for %j', async (form, parameter) => {
    expect(await server.sendAs('/confab/v1/Tokens', { form })).toMatchObject({
      status: 400,
      json: { code: 20001, details: { parameter } },
    });
  });

  it('are refused for what is no identity', async () => {
    const form = { Identity: 'US0123456789abcdef0123456789abcdef' };
    expect(await server.sendAs('/confab/v1/Tokens', { form })).toMatchObject({ status: 400, json: { code: 20001 } });
  });
});
