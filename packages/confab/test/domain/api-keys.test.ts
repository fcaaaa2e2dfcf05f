import { describe, expect, it } from 'vitest';
import {
  type AccountActor,
  authenticate,
  createApiKey,
  createSecondaryAuthToken,
  createSubaccount,
  deleteSecondaryAuthToken,
  findApiKey,
  listAuditLog,
  promoteSecondaryAuthToken,
  revokeApiKey,
  rotateApiKey,
  updateAccount,
  updateApiKey,
  updateRole,
  writeLastUsed,
} from '../../src/domain/index.ts';
import { domainOver, emptyDatabase, onEachEngine, openTestStore } from '../support/store.ts';

const DAY_MS = 86_400_000;

onEachEngine('credentials', (engine) => {
  async function setUp() {
    const store = await openTestStore(await emptyDatabase(engine));
    const domain = await domainOver(store);
    const { clock, secretBox, account } = domain;
    return {
      ...domain,
      signIn: (username: string, password: string) =>
        authenticate(store.read, secretBox, { username, password }, clock.now()),
      audited: () => listAuditLog(store.read, account.account.sid, {}, { order: 'asc', from: undefined, limit: 100 }),
    };
  }

  describe('an API key', () => {
    it.each([
      ['main', undefined, { main: true }],
      ['standard', undefined, { main: false }],
      ['restricted', '{"allow":["/confab/users/list"]}', { main: false, policy: new Set(['users/list']) }],
    ] as const)('of kind %s is made with a secret that nobody else knows, and signs in', async (kind, policy, who) => {
      const { execute, account, secretBox, signIn, store } = await setUp();
      const { key, secret } = await execute(createApiKey, account, { secretBox, kind, friendlyName: 'CI', policy });
      expect(secret).toMatch(/^[0-9A-Za-z]{32}$/);
      const stored = await findApiKey(store.read, key.sid);
      expect(JSON.stringify(stored)).not.toContain(secret);
      expect(stored).toMatchObject({ kind, friendly_name: 'CI', secret_version: 1, previous_secret: null });
      const actor = await signIn(key.sid, secret);
      expect(actor).toMatchObject({ credentialSid: key.sid, main: who.main });
      expect(actor?.policy).toEqual('policy' in who ? who.policy : undefined);
      expect(await signIn(key.sid, `${secret}x`)).toBeUndefined();
    });

    it.each([
      [{ kind: 'restricted' }, 20001],
      [{ kind: 'standard', policy: '{"allow":["/confab/users/list"]}' }, 20001],
      [{ kind: 'restricted', policy: '{"allow":[]}' }, 20001],
      [{ kind: 'standard', friendlyName: 'x'.repeat(65) }, 70001],
      [{ kind: 'standard', friendlyName: 'a\0b' }, 20001],
    ] as const)('is refused as %j', async (input, code) => {
      const { execute, account, secretBox } = await setUp();
      await expect(execute(createApiKey, account, { secretBox, ...input })).rejects.toMatchObject({
        code,
        status: 400,
      });
    });

    it('is made, changed and revoked by Main credentials only', async () => {
      const { execute, account, secretBox, user } = await setUp();
      const { key } = await execute(createApiKey, account, { secretBox, kind: 'standard' });
      const apiKeySid = key.sid;
      const standard: AccountActor = { ...account, credentialSid: apiKeySid, main: false };
      for (const actor of [standard, await user('ann')]) {
        for (const attempt of [
          () => execute(createApiKey, actor, { secretBox, kind: 'standard' }),
          () => execute(updateApiKey, actor, { apiKeySid, friendlyName: 'mine' }),
          () => execute(rotateApiKey, actor, { secretBox, apiKeySid }),
          () => execute(revokeApiKey, actor, { apiKeySid }),
          () => execute(createSecondaryAuthToken, actor, { secretBox }),
          () => execute(promoteSecondaryAuthToken, actor, { secretBox }),
          () => execute(deleteSecondaryAuthToken, actor, undefined),
        ]) {
          await expect(attempt()).rejects.toMatchObject({ code: 50107, status: 403 });
        }
      }
    });

    it('that was revoked changes nothing on its way out: what it had begun is refused', async () => {
      const { execute, account, secretBox, audited } = await setUp();
      const { key } = await execute(createApiKey, account, { secretBox, kind: 'main' });
      const byKey: AccountActor = { ...account, credentialSid: key.sid };
      await execute(createSecondaryAuthToken, byKey, { secretBox });
      await execute(revokeApiKey, account, { apiKeySid: key.sid });
      const before = (await audited()).length;
      for (const attempt of [
        () => execute(createApiKey, byKey, { secretBox, kind: 'main' }),
        () => execute(createSecondaryAuthToken, byKey, { secretBox }),
        () => execute(promoteSecondaryAuthToken, byKey, { secretBox }),
      ]) {
        await expect(attempt()).rejects.toMatchObject({ code: 50107 });
      }
      expect(await audited()).toHaveLength(before);
    });

    it.each(['the account', 'its owner'])('changes nothing on its way out once %s is suspended', async (whose) => {
      const { execute, account, secretBox, store } = await setUp();
      const { id, sid } = await execute(createSubaccount, account, { secretBox });
      const inSubaccount: AccountActor = { ...account, account: { id, sid, default_service_id: null } };
      const { key } = await execute(createApiKey, inSubaccount, { secretBox, kind: 'main' });
      const suspended = whose === 'the account' ? sid : account.account.sid;
      await execute(updateAccount, account, { accountSid: suspended, status: 'suspended' });
      for (const credentialSid of [key.sid, sid]) {
        const actor: AccountActor = { ...inSubaccount, credentialSid };
        for (const attempt of [
          () => execute(createApiKey, actor, { secretBox, kind: 'main' }),
          () => execute(createSecondaryAuthToken, actor, { secretBox }),
        ]) {
          await expect(attempt()).rejects.toMatchObject({ code: 50107 });
        }
      }
      expect(await store.read.selectFrom('api_keys').select('sid').where('account_id', '=', id).execute()).toEqual([
        { sid: key.sid },
      ]);
    });

    it('gets another name, and a Restricted one another policy', async () => {
      const { execute, account, secretBox, signIn } = await setUp();
      const policy = '{"allow":["/confab/users/list"]}';
      const { key, secret } = await execute(createApiKey, account, { secretBox, kind: 'restricted', policy });
      const apiKeySid = key.sid;
      await execute(updateApiKey, account, { apiKeySid, friendlyName: 'Reader' });
      expect((await signIn(apiKeySid, secret))?.policy).toEqual(new Set(['users/list']));
      const row = await execute(updateApiKey, account, { apiKeySid, policy: '{"allow":["/confab/roles/*"]}' });
      expect(row).toMatchObject({ friendly_name: 'Reader' });
      expect((await signIn(apiKeySid, secret))?.policy).toEqual(new Set(['roles/*']));
      expect(await execute(updateApiKey, account, { apiKeySid, friendlyName: '' })).toMatchObject({
        friendly_name: null,
      });
      const { key: standard } = await execute(createApiKey, account, { secretBox, kind: 'standard' });
      await expect(execute(updateApiKey, account, { apiKeySid: standard.sid, policy })).rejects.toMatchObject({
        code: 20001,
      });
    });

    it('is rotated: both secrets are good until the overlap ends, then the new one alone', async () => {
      const { execute, account, secretBox, signIn, clock } = await setUp();
      const { key, secret: old } = await execute(createApiKey, account, { secretBox, kind: 'standard' });
      const { secret: fresh } = await execute(rotateApiKey, account, {
        secretBox,
        apiKeySid: key.sid,
        overlapSeconds: 60,
      });
      expect(fresh).not.toBe(old);
      clock.advance(59_999);
      expect(await signIn(key.sid, old)).toBeDefined();
      expect(await signIn(key.sid, fresh)).toBeDefined();
      clock.advance(1);
      expect(await signIn(key.sid, old)).toBeUndefined();
      expect(await signIn(key.sid, fresh)).toBeDefined();
    });

    it('overlaps for a day unless told otherwise, not at all with 0, and with the newest old secret only', async () => {
      const { execute, account, secretBox, signIn, clock } = await setUp();
      const { key, secret: first } = await execute(createApiKey, account, { secretBox, kind: 'standard' });
      const apiKeySid = key.sid;
      const { key: rotated, secret: second } = await execute(rotateApiKey, account, { secretBox, apiKeySid });
      expect(rotated.previous_secret_ends_at).toBe(clock.now() + DAY_MS);
      const { secret: third } = await execute(rotateApiKey, account, { secretBox, apiKeySid });
      const good = async () =>
        Promise.all([first, second, third].map(async (secret) => (await signIn(apiKeySid, secret)) !== undefined));
      expect(await good()).toEqual([false, true, true]);
      const { secret: fourth } = await execute(rotateApiKey, account, { secretBox, apiKeySid, overlapSeconds: 0 });
      expect(await good()).toEqual([false, false, false]);
      expect(await signIn(apiKeySid, fourth)).toBeDefined();
      for (const overlapSeconds of [-1, Number.NaN, 30 * 86_400 + 1]) {
        await expect(execute(rotateApiKey, account, { secretBox, apiKeySid, overlapSeconds })).rejects.toMatchObject({
          code: 20001,
        });
      }
    });

    it('is not to be changed once it is revoked', async () => {
      const { execute, account, secretBox, signIn } = await setUp();
      const { key, secret } = await execute(createApiKey, account, { secretBox, kind: 'main' });
      await execute(rotateApiKey, account, { secretBox, apiKeySid: key.sid });
      await execute(revokeApiKey, account, { apiKeySid: key.sid });
      expect(await signIn(key.sid, secret)).toBeUndefined();
      for (const attempt of [
        () => execute(updateApiKey, account, { apiKeySid: key.sid, friendlyName: 'back' }),
        () => execute(rotateApiKey, account, { secretBox, apiKeySid: key.sid }),
        () => execute(revokeApiKey, account, { apiKeySid: key.sid }),
      ]) {
        await expect(attempt()).rejects.toMatchObject({ code: 20404, status: 404 });
      }
    });

    it('tells when it was last used, never back in time', async () => {
      const { execute, account, secretBox, store } = await setUp();
      const { key } = await execute(createApiKey, account, { secretBox, kind: 'standard' });
      const lastUsed = async () => (await findApiKey(store.read, key.sid))?.last_used_at;
      expect(await lastUsed()).toBeNull();
      await writeLastUsed(store, new Map([[key.sid, 2000]]));
      await writeLastUsed(store, new Map([[key.sid, 1000]]));
      expect(await lastUsed()).toBe(2000);
    });
  });

  describe('the auth token', () => {
    it('is changed with an overlap: a second one, good at once, takes the place of the first', async () => {
      const { execute, account, secretBox, signIn, store } = await setUp();
      const { sid } = account.account;
      const { auth_token } = await store.read.selectFrom('accounts').select('auth_token').executeTakeFirstOrThrow();
      const first = secretBox.open(auth_token, sid);
      const { authToken: dropped } = await execute(createSecondaryAuthToken, account, { secretBox });
      const { authToken: second } = await execute(createSecondaryAuthToken, account, { secretBox });
      expect(second).toMatch(/^[0-9a-f]{32}$/);
      const good = async () =>
        Promise.all([first, dropped, second].map(async (token) => (await signIn(sid, token)) !== undefined));
      expect(await good()).toEqual([true, false, true]);
      expect(await execute(promoteSecondaryAuthToken, account, { secretBox })).toMatchObject({ authToken: second });
      expect(await good()).toEqual([false, false, true]);
    });

    it('may have its second one taken back, and there must be one for either', async () => {
      const { execute, account, secretBox, signIn } = await setUp();
      const { authToken } = await execute(createSecondaryAuthToken, account, { secretBox });
      await execute(deleteSecondaryAuthToken, account, undefined);
      expect(await signIn(account.account.sid, authToken)).toBeUndefined();
      const none = { code: 20404, status: 404 };
      await expect(execute(promoteSecondaryAuthToken, account, { secretBox })).rejects.toMatchObject(none);
      await expect(execute(deleteSecondaryAuthToken, account, undefined)).rejects.toMatchObject(none);
    });
  });

  describe('the audit log', () => {
    it('tells who did what, from where, before and after, and no secret', async () => {
      const { execute, account, secretBox, audited, store, service } = await setUp();
      const actor = { ...account, address: '203.0.113.7' };
      const { key, secret } = await execute(createApiKey, actor, { secretBox, kind: 'standard', friendlyName: 'CI' });
      await execute(updateApiKey, actor, { apiKeySid: key.sid, friendlyName: 'Build' });
      const { secret: fresh } = await execute(rotateApiKey, actor, { secretBox, apiKeySid: key.sid });
      await execute(revokeApiKey, account, { apiKeySid: key.sid });
      const { authToken } = await execute(createSecondaryAuthToken, account, { secretBox });
      const serviceRoles = store.read.selectFrom('roles').select('sid').where('type', '=', 'service');
      const role = await serviceRoles.executeTakeFirstOrThrow();
      await execute(updateRole, account, { service, roleSid: role.sid, permissions: ['joinConversation'] });

      const entries = await audited();
      expect(entries.map(({ action, subject_sid, actor: by, address }) => [action, subject_sid, by, address])).toEqual([
        ['api_key.added', key.sid, account.account.sid, '203.0.113.7'],
        ['api_key.updated', key.sid, account.account.sid, '203.0.113.7'],
        ['api_key.rotated', key.sid, account.account.sid, '203.0.113.7'],
        ['api_key.revoked', key.sid, account.account.sid, null],
        ['auth_token.secondary_added', account.account.sid, account.account.sid, null],
        ['role.updated', role.sid, account.account.sid, null],
      ]);
      expect(JSON.parse(entries[1]?.before ?? '')).toEqual({ friendly_name: 'CI', policy: null });
      expect(JSON.parse(entries[1]?.after ?? '')).toEqual({ friendly_name: 'Build', policy: null });
      expect(JSON.parse(entries[5]?.after ?? '')).toEqual({ permissions: ['joinConversation'] });
      const log = await store.read.selectFrom('event_log').select('payload').execute();
      const text = JSON.stringify([entries, log]);
      for (const secretText of [secret, fresh, authToken]) expect(text).not.toContain(secretText);
      expect(text).not.toMatch(/"1\.[0-9a-f]{8}\./);
    });

    it('says nothing of what was refused', async () => {
      const { execute, account, secretBox, audited } = await setUp();
      await expect(execute(rotateApiKey, account, { secretBox, apiKeySid: 'SK0' })).rejects.toThrow();
      expect(await audited()).toEqual([]);
    });

    it('cannot be changed, by whatever means the program has', async () => {
      const { execute, account, secretBox, audited, store } = await setUp();
      await execute(createApiKey, account, { secretBox, kind: 'standard' });
      const before = await audited();
      for (const change of [
        () => store.write(({ db }) => db.updateTable('audit_log').set({ actor: 'nobody' }).execute()),
        () => store.write(({ db }) => db.deleteFrom('audit_log').execute()),
      ]) {
        await expect(change()).rejects.toThrow('append-only');
      }
      expect(await audited()).toEqual(before);
    });
  });
});
