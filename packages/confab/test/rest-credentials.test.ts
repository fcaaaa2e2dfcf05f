import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { createSecretBox } from '../src/secrets/index.ts';
import { onEveryEngine, type RestServer, TIME } from './support/rest-server.ts';

const UNKNOWN = '00000000000000000000000000000000';

onEveryEngine((start) => {
  let server: RestServer;
  beforeAll(async () => {
    server = await start();
    return () => server.stop();
  });

  const stored = (sid: string) =>
    server.store.read.selectFrom('credentials').selectAll().where('sid', '=', sid).executeTakeFirstOrThrow();

  describe('push credentials', () => {
    it('are made, changed and deleted with the official helper, and have the documented shape', async () => {
      const { credentials } = server.client.conversations.v1;
      const { sid } = await credentials.create({
        type: 'apn',
        friendlyName: 'Phones',
        certificate: 'a certificate',
        privateKey: 'a private key',
        sandbox: true,
      });
      const expected = {
        sid: expect.stringMatching(/^CR[0-9a-f]{32}$/),
        account_sid: server.accountSid,
        friendly_name: 'Phones',
        type: 'apn',
        sandbox: 'True',
        date_created: expect.stringMatching(TIME),
        date_updated: expect.stringMatching(TIME),
        url: `${server.url}/v1/Credentials/${sid}`,
      };
      expect((await server.sendAs(`/v1/Credentials/${sid}`)).json).toEqual(expected);
      expect((await server.sendAs('/v1/Credentials')).json).toMatchObject({
        meta: { key: 'credentials' },
        credentials: [expected],
      });
      expect(await credentials(sid).update({ sandbox: false })).toMatchObject({
        friendlyName: 'Phones',
        sandbox: 'False',
      });
      expect(await credentials(sid).update({ friendlyName: '' })).toMatchObject({ friendlyName: null });
      expect(await credentials(sid).remove()).toBe(true);
      await expect(credentials(sid).fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
      expect(await credentials.list()).toEqual([]);
    });

    it('keep their secrets encrypted, each change included, and never tell them', async () => {
      const { credentials } = server.client.conversations.v1;
      const { sid } = await credentials.create({ type: 'apn', certificate: 'CERT-1', privateKey: 'KEY-1' });
      const before = await stored(sid);
      await credentials(sid).update({ privateKey: 'KEY-2' });
      const after = await stored(sid);
      expect(after.certificate).toBe(before.certificate);
      expect(after.private_key).not.toBe(before.private_key);
      await credentials(sid).update({ type: 'fcm', secret: 'SERVICE-ACCOUNT' });
      const changed = await stored(sid);
      expect(changed).toMatchObject({ type: 'fcm', certificate: null, private_key: null, api_key: null });
      expect(changed.secret).toMatch(/^1\.[0-9a-f]{8}\./);

      const log = await server.store.read.selectFrom('event_log').selectAll().execute();
      const seen = [before, after, changed, log, server.log, (await server.sendAs(`/v1/Credentials/${sid}`)).text];
      for (const secret of ['CERT-1', 'KEY-1', 'KEY-2', 'SERVICE-ACCOUNT']) {
        expect(JSON.stringify(seen)).not.toContain(secret);
      }
      // Sealed for this row and under this server's key.
      const stranger = createSecretBox(randomBytes(32));
      expect(() => stranger.open(changed.secret ?? '', sid)).toThrow('another master key');
      await credentials(sid).update({ secret: '' });
      expect((await stored(sid)).secret).toBeNull();
    });

    it('take a type in any case, and its secrets later', async () => {
      const { json, status } = await server.sendAs('/v1/Credentials', { form: { Type: 'GcM' } });
      expect(status).toBe(201);
      expect(json).toMatchObject({ type: 'gcm', friendly_name: null, sandbox: 'False' });
    });

    it('are refused with what is wrong, and nothing is changed', async () => {
      const refusal = (code: number, parameter: string) => ({ status: 400, json: { code, details: { parameter } } });
      const create = (form: Record<string, string>) => server.sendAs('/v1/Credentials', { form });
      const before = (await server.sendAs('/v1/Credentials')).json;
      expect(await create({ FriendlyName: 'x' })).toMatchObject(refusal(20001, 'Type'));
      expect(await create({ Type: 'sms' })).toMatchObject(refusal(20001, 'Type'));
      expect(await create({ Type: 'fcm', FriendlyName: 'x'.repeat(65) })).toMatchObject(refusal(50003, 'FriendlyName'));
      expect(await create({ Type: 'fcm', ApiKey: 'x' })).toMatchObject(refusal(20001, 'ApiKey'));
      expect(await create({ Type: 'gcm', Sandbox: 'true' })).toMatchObject(refusal(20001, 'Sandbox'));
      expect(await create({ Type: 'fcm', Secret: 'x'.repeat(16 * 1024 + 1) })).toMatchObject(refusal(20001, 'Secret'));
      expect(await create({ Type: 'fcm', Secret: 'a\0b' })).toMatchObject(refusal(20001, 'Secret'));
      expect((await server.sendAs('/v1/Credentials')).json).toEqual(before);

      const { sid } = await server.client.conversations.v1.credentials.create({ type: 'fcm', secret: 'x' });
      const kept = await stored(sid);
      const form = { FriendlyName: 'new', Certificate: 'x' };
      expect(await server.sendAs(`/v1/Credentials/${sid}`, { form })).toMatchObject(refusal(20001, 'Certificate'));
      expect(await stored(sid)).toEqual(kept);
      for (const path of [`CR${UNKNOWN}`, 'nonsense']) {
        expect(await server.sendAs(`/v1/Credentials/${path}`, { form })).toMatchObject({ status: 404 });
      }
    });
  });
});
