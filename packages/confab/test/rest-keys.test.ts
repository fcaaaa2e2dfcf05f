import { beforeEach, describe, expect, it } from 'vitest';
import { clientFor, onEveryEngine, type RestServer } from './support/rest-server.ts';

const RFC_2822 = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000$/;

onEveryEngine((start) => {
  let server: RestServer;
  beforeEach(async () => {
    server = await start();
    return () => server.stop();
  });

  /** Further keys of the account; nobody knows their secrets. */
  async function addKeys(count: number): Promise<string[]> {
    const sids = Array.from({ length: count }, (_, at) => `SK${'f'.repeat(24)}${String(at).padStart(8, '0')}`);
    await server.store.write(async ({ db }) => {
      const { id } = await db.selectFrom('accounts').select('id').orderBy('id').executeTakeFirstOrThrow();
      const key = { kind: 'main' as const, secret: 'sealed', created_at: 0, updated_at: 0, revoked_at: null };
      for (const sid of sids) {
        await db
          .insertInto('api_keys')
          .values({ ...key, sid, friendly_name: sid.slice(-2), account_id: id })
          .execute();
      }
    });
    return sids;
  }

  describe('API keys', () => {
    it('are listed and fetched without secrets, in all their APIs, with the official helper', async () => {
      const account = server.client.api.v2010.accounts(server.accountSid);
      const { iam } = server.client;
      const shown = { sid: server.apiKey, friendlyName: 'First key', dateCreated: expect.any(Date) };
      for (const list of [
        await account.keys.list(),
        await account.signingKeys.list(),
        await iam.v1.getApiKeys.list({ accountSid: server.accountSid }),
      ]) {
        expect(list).toMatchObject([shown]);
      }
      for (const key of [
        await account.keys(server.apiKey).fetch(),
        await account.signingKeys(server.apiKey).fetch(),
        await iam.v1.apiKey(server.apiKey).fetch(),
      ]) {
        expect(key).toMatchObject(shown);
      }
      const older = `/2010-04-01/Accounts/${server.accountSid}`;
      for (const path of [
        `/v1/Keys?AccountSid=${server.accountSid}`,
        `/v1/Keys/${server.apiKey}`,
        `${older}/Keys.json`,
        `${older}/Keys/${server.apiKey}.json`,
        `${older}.json`,
      ]) {
        const { status, text } = await server.sendAs(path);
        expect(status).toBe(200);
        expect(text).not.toMatch(/secret/i);
        expect(text).not.toContain(server.apiSecret);
        expect(text).not.toContain(server.authToken);
      }
    });

    it('have the documented shapes', async () => {
      const key = {
        sid: server.apiKey,
        friendly_name: 'First key',
        date_created: expect.stringMatching(RFC_2822),
        date_updated: expect.stringMatching(RFC_2822),
      };
      const get = async (path: string) => (await server.sendAs(path)).json;
      for (const [resource, list] of [
        ['Keys', 'keys'],
        ['SigningKeys', 'signing_keys'],
      ] as const) {
        const path = `/2010-04-01/Accounts/${server.accountSid}/${resource}`;
        expect(await get(`${path}/${server.apiKey}.json`)).toEqual(key);
        expect(await get(`${path}.json`)).toEqual({
          [list]: [key],
          page: 0,
          page_size: 50,
          start: 0,
          end: 0,
          uri: `${path}.json?PageSize=50&Page=0`,
          first_page_uri: `${path}.json?PageSize=50&Page=0`,
          previous_page_uri: null,
          next_page_uri: null,
        });
      }
      expect(await get(`/v1/Keys/${server.apiKey}`)).toEqual({ ...key, policy: null });
      const url = `${server.url}/v1/Keys?AccountSid=${server.accountSid}&PageSize=50&Page=0`;
      expect(await get(`/v1/Keys?AccountSid=${server.accountSid}`)).toEqual({
        keys: [{ ...key, flags: ['rest_api', 'signing'] }],
        meta: {
          page: 0,
          page_size: 50,
          first_page_url: url,
          previous_page_url: null,
          url,
          next_page_url: null,
          key: 'keys',
        },
      });
    });

    it('come in pages, up to 1,000 on one', async () => {
      const all = [server.apiKey, ...(await addKeys(7))];
      const account = server.client.api.v2010.accounts(server.accountSid);
      expect((await account.keys.list({ pageSize: 3 })).map(({ sid }) => sid)).toEqual(all);
      const newer = await server.client.iam.v1.getApiKeys.list({ accountSid: server.accountSid, pageSize: 3 });
      expect(newer.map(({ sid }) => sid)).toEqual(all);

      const second = await (await account.keys.page({ pageSize: 3 })).nextPage();
      expect(second?.instances.map(({ sid }) => sid)).toEqual(all.slice(3, 6));
      const answer = await server.sendAs(second?.nextPageUrl ?? 'no third page');
      expect(answer.json).toMatchObject({ page: 2, start: 6, end: 7, next_page_uri: null });
      const first = await second?.previousPage();
      expect(first?.instances.map(({ sid }) => sid)).toEqual(all.slice(0, 3));

      const path = `/2010-04-01/Accounts/${server.accountSid}/Keys.json?PageSize=5000`;
      expect(await server.sendAs(path)).toMatchObject({ json: { page_size: 1000 } });
    });

    it('are made and renamed with the official helper, and tell their secret once', async () => {
      const account = server.client.api.v2010.accounts(server.accountSid);
      const { iam } = server.client;
      const made = [
        await account.newKeys.create({ friendlyName: 'one' }),
        await account.newSigningKeys.create(),
        await iam.v1.newApiKey.create({ accountSid: server.accountSid, friendlyName: 'three' }),
      ];
      for (const { sid, secret } of made) {
        expect(secret).toMatch(/^[0-9A-Za-z]{32}$/);
        const byKey = clientFor(server.url, sid, secret, server.accountSid);
        expect(await byKey.conversations.v1.services.list()).toHaveLength(1);
        await expect(byKey.api.v2010.accounts(server.accountSid).keys.list()).rejects.toMatchObject({
          status: 401,
          code: 20003,
        });
        const shown = await server.sendAs(`/confab/v1/Keys/${sid}`);
        expect(shown).toMatchObject({ json: { kind: 'standard', policy: null, previous_secret_ends_at: null } });
        expect(shown.text).not.toContain(secret);
      }
      expect(made.map(({ friendlyName }) => friendlyName)).toEqual(['one', null, 'three']);
      const [one, two, three] = made;
      expect(await account.keys(one?.sid ?? '').update({ friendlyName: '1' })).toMatchObject({ friendlyName: '1' });
      expect(await account.signingKeys(two?.sid ?? '').update({ friendlyName: '2' })).toMatchObject({
        friendlyName: '2',
      });
      expect(await iam.v1.apiKey(three?.sid ?? '').update({ friendlyName: '3' })).toMatchObject({ friendlyName: '3' });
    });

    it('may be restricted, and Main, in the newer API', async () => {
      const { iam } = server.client;
      const account = { accountSid: server.accountSid };
      const policy = { allow: ['/confab/services/list', '/twilio/messaging/messages/read'] };
      const key = await iam.v1.newApiKey.create({ ...account, keyType: 'restricted', policy });
      expect(key.policy).toEqual(policy);
      const byKey = clientFor(server.url, key.sid, key.secret, server.accountSid);
      expect(await byKey.conversations.v1.services.list()).toHaveLength(1);
      await expect(byKey.conversations.v1.users.list()).rejects.toMatchObject({ status: 401, code: 70051 });
      const wider = { allow: ['/confab/services/list', '/confab/users/list'] };
      expect(await iam.v1.apiKey(key.sid).update({ policy: wider })).toMatchObject({ policy: wider });
      expect(await byKey.conversations.v1.users.list()).toEqual([]);
      expect(await server.sendAs(`/v1/Keys?AccountSid=${server.accountSid}`)).toMatchObject({
        json: { keys: [{ flags: ['rest_api', 'signing'] }, { flags: ['rest_api'] }] },
      });

      const form = { AccountSid: server.accountSid, KeyType: 'main' };
      expect(await server.sendAs('/v1/Keys', { form })).toMatchObject({ status: 201, json: { policy: null } });
      const older = `/2010-04-01/Accounts/${server.accountSid}/Keys.json`;
      expect(await server.sendAs(older, { form: { KeyType: 'restricted', Policy: '{}' } })).toMatchObject({
        status: 400,
        json: { code: 20001, details: { parameter: 'KeyType' } },
      });
    });

    it.each([
      [{ AccountSid: '' }, 20001],
      [{ KeyType: 'restricted' }, 20001],
      [{ KeyType: 'restricted', Policy: 'x' }, 20001],
      [{ KeyType: 'standard', Policy: '{"allow":["/confab/users/list"]}' }, 20001],
      [{ KeyType: 'owner' }, 20001],
      [{ FriendlyName: 'x'.repeat(65) }, 70001],
    ])('are refused as %j', async (wrong: Record<string, string>, code) => {
      const form = { AccountSid: server.accountSid, ...wrong };
      expect(await server.sendAs('/v1/Keys', { form })).toMatchObject({ status: 400, json: { code } });
    });

    it('are rotated, and listed with what the original does not tell', async () => {
      const path = `/confab/v1/Keys/${server.apiKey}`;
      const rotated = await server.sendAs(`${path}/Rotate`, { form: { OverlapSeconds: '3600' } });
      expect(rotated).toMatchObject({
        status: 200,
        json: { sid: server.apiKey, kind: 'main', secret: expect.stringMatching(/^[0-9A-Za-z]{32}$/) },
      });
      const { secret, ...details } = Object(rotated.json);
      expect(Date.parse(details.previous_secret_ends_at) - Date.parse(details.date_updated)).toBe(3_600_000);
      expect((await server.sendAs('/confab/v1/Keys')).json).toMatchObject({ keys: [details], meta: { key: 'keys' } });
      for (const good of [secret, server.apiSecret]) {
        const byKey = clientFor(server.url, server.apiKey, good, server.accountSid);
        expect(await byKey.conversations.v1.services.list()).toHaveLength(1);
      }
      for (const OverlapSeconds of ['-1', '1.5', '2592001']) {
        expect(await server.sendAs(`${path}/Rotate`, { form: { OverlapSeconds } })).toMatchObject({
          status: 400,
          json: { code: 20001 },
        });
      }
    });

    it.each([
      ['/2010-04-01 Keys', (account: string, key: string) => `/2010-04-01/Accounts/${account}/Keys/${key}.json`],
      [
        '/2010-04-01 SigningKeys',
        (account: string, key: string) => `/2010-04-01/Accounts/${account}/SigningKeys/${key}.json`,
      ],
      ['/v1', (_account: string, key: string) => `/v1/Keys/${key}`],
    ])('are revoked for good in %s, and refused from the next request on', async (_api, pathOf) => {
      const byKey = clientFor(server.url, server.apiKey, server.apiSecret, server.accountSid);
      await byKey.conversations.v1.services.list();
      const path = pathOf(server.accountSid, server.apiKey);
      expect(await server.sendAs(path, { method: 'DELETE' })).toMatchObject({ status: 204, text: '' });
      await expect(byKey.conversations.v1.services.list()).rejects.toMatchObject({ status: 401, code: 20003 });
      expect(await server.sendAs(path, { method: 'DELETE' })).toMatchObject({ status: 404, json: { code: 20404 } });
      expect(await server.sendAs(path)).toMatchObject({ status: 404, json: { code: 20404 } });
      const list = `/v1/Keys?AccountSid=${server.accountSid}`;
      expect(await server.sendAs(list)).toMatchObject({ status: 200, json: { keys: [] } });
    });

    it('are revoked with the official helper', async () => {
      const [first = '', second = '', third = ''] = await addKeys(3);
      const account = server.client.api.v2010.accounts(server.accountSid);
      expect(await account.keys(first).remove()).toBe(true);
      expect(await account.signingKeys(second).remove()).toBe(true);
      expect(await server.client.iam.v1.apiKey(third).remove()).toBe(true);
      expect((await account.keys.list()).map(({ sid }) => sid)).toEqual([server.apiKey]);
    });
  });

  describe('the auth token', () => {
    it('is changed with the official helper, with an overlap', async () => {
      const { accounts } = server.client;
      accounts.baseUrl = server.url;
      const { secondaryAuthToken } = await accounts.v1.secondaryAuthToken().create();
      expect(await server.sendAs('/v1/AuthTokens')).toMatchObject({
        json: { account_sid: server.accountSid, secondary_date_created: expect.any(String) },
      });
      const bySecond = clientFor(server.url, server.accountSid, secondaryAuthToken);
      expect(await bySecond.conversations.v1.services.list()).toHaveLength(1);
      bySecond.accounts.baseUrl = server.url;
      expect(await bySecond.accounts.v1.authTokenPromotion().update()).toMatchObject({
        accountSid: server.accountSid,
        authToken: secondaryAuthToken,
      });
      await expect(server.client.conversations.v1.services.list()).rejects.toMatchObject({ status: 401, code: 20003 });
      await bySecond.accounts.v1.secondaryAuthToken().create();
      expect(await bySecond.accounts.v1.secondaryAuthToken().remove()).toBe(true);
      await expect(bySecond.accounts.v1.authTokenPromotion().update()).rejects.toMatchObject({ status: 404 });
    });
  });

  describe('the audit log', () => {
    it('is read in pages, newest first, and narrowed', async () => {
      const form = { AccountSid: server.accountSid };
      for (let count = 0; count < 3; count += 1) await server.sendAs('/v1/Keys', { form });
      await server.sendAs(`/v1/Keys/${server.apiKey}`, { method: 'DELETE' });
      const { json } = await server.sendAs('/confab/v1/AuditLog?PageSize=2');
      expect(json).toMatchObject({
        audit_entries: [
          {
            account_sid: server.accountSid,
            actor: server.accountSid,
            address: '127.0.0.1',
            action: 'api_key.revoked',
            subject_sid: server.apiKey,
            before: { kind: 'main', friendly_name: 'First key', policy: null },
            after: null,
          },
          { action: 'api_key.added', after: { kind: 'standard', friendly_name: null, policy: null } },
        ],
      });
      const next: string = Object(json).meta.next_page_url;
      expect(Object((await server.sendAs(next)).json).audit_entries).toHaveLength(2);
      for (const [filter, count] of [
        ['Action=api_key.added', 3],
        [`SubjectSid=${server.apiKey}`, 1],
        [`Actor=${server.apiKey}`, 0],
      ] as const) {
        const filtered = await server.sendAs(`/confab/v1/AuditLog?${filter}`);
        expect(Object(filtered.json).audit_entries).toHaveLength(count);
      }
      expect(await server.sendAs('/confab/v1/AuditLog?Actor=%00')).toMatchObject({ status: 400 });
    });
  });

  describe('the account', () => {
    it('is fetched with the official helper, in the documented shape, without its token', async () => {
      const path = `/2010-04-01/Accounts/${server.accountSid}`;
      expect(await server.client.api.v2010.accounts(server.accountSid).fetch()).toMatchObject({
        sid: server.accountSid,
        status: 'active',
        dateCreated: expect.any(Date),
      });
      expect((await server.sendAs(`${path}.json`)).json).toEqual({
        sid: server.accountSid,
        owner_account_sid: server.accountSid,
        friendly_name: 'Confab',
        status: 'active',
        type: 'Full',
        auth_token: null,
        date_created: expect.stringMatching(RFC_2822),
        date_updated: expect.stringMatching(RFC_2822),
        uri: `${path}.json`,
        subresource_uris: { keys: `${path}/Keys.json`, signing_keys: `${path}/SigningKeys.json` },
      });
    });

    it('is suspended with the official helper; then all its credentials are refused, everywhere', async () => {
      const account = server.client.api.v2010.accounts(server.accountSid);
      expect(await account.update({ status: 'active' })).toMatchObject({ status: 'active' });
      expect(await account.update({ status: 'suspended' })).toMatchObject({ status: 'suspended' });
      const byKey = clientFor(server.url, server.apiKey, server.apiSecret, server.accountSid);
      for (const refused of [
        () => server.client.conversations.v1.services.list(),
        () => byKey.conversations.v1.services.list(),
        () => account.fetch(),
        () => account.update({ status: 'active' }),
        () => account.keys.list(),
      ]) {
        await expect(refused()).rejects.toMatchObject({ status: 401, code: 20003 });
      }
    });

    it('is renamed, and refuses to be closed or anything that it cannot be', async () => {
      const path = `/2010-04-01/Accounts/${server.accountSid}.json`;
      for (const [form, parameter] of [
        [{ Status: 'closed' }, 'Status'],
        [{ Status: 'asleep' }, 'Status'],
        [{ Status: 'suspended', FriendlyName: '' }, 'FriendlyName'],
      ] as const) {
        expect(await server.sendAs(path, { form })).toMatchObject({
          status: 400,
          json: { code: 20001, details: { parameter } },
        });
      }
      expect(await server.sendAs(path, { form: {} })).toMatchObject({ status: 200, json: { status: 'active' } });
      expect(await server.sendAs(path, { form: { FriendlyName: 'Ours' } })).toMatchObject({
        json: { friendly_name: 'Ours', status: 'active' },
      });
    });
  });
});
