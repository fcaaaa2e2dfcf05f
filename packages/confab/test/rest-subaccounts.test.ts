import { beforeEach, describe, expect, it } from 'vitest';
import { clientFor, onEveryEngine, type RestServer } from './support/rest-server.ts';

onEveryEngine((start) => {
  let server: RestServer;
  beforeEach(async () => {
    server = await start();
    return () => server.stop();
  });

  const as = (username: string, password: string) =>
    `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

  /** A subaccount, and how to ask with its own auth token. */
  async function addSubaccount(friendlyName?: string) {
    const { sid, authToken } = await server.client.api.v2010.accounts.create({
      ...(friendlyName !== undefined && { friendlyName }),
    });
    const authorization = as(sid, authToken);
    return {
      sid,
      authToken,
      client: clientFor(server.url, sid, authToken),
      send: (path: string, form?: Record<string, string>) =>
        server.send(path, { headers: { authorization }, ...(form && { form }) }),
      set: (form: Record<string, string>) => server.sendAs(`/2010-04-01/Accounts/${sid}.json`, { form }),
    };
  }

  describe('a subaccount', () => {
    it('is an account of its own: its auth token is told once, and it sees nothing of its owner', async () => {
      const sub = await addSubaccount('Branch');
      expect(sub.authToken).toMatch(/^[0-9a-f]{32}$/);
      expect(await sub.client.api.v2010.accounts(sub.sid).fetch()).toMatchObject({
        friendlyName: 'Branch',
        ownerAccountSid: server.accountSid,
        status: 'active',
      });
      expect((await sub.send(`/2010-04-01/Accounts/${sub.sid}.json`)).text).not.toContain(sub.authToken);
      const services = await sub.client.conversations.v1.services.list();
      expect(services).toHaveLength(1);
      expect(services[0]?.sid).not.toBe(server.chatServiceSid);
      for (const path of [
        `/v1/Services/${server.chatServiceSid}`,
        `/v1/Services/${server.chatServiceSid}/Users`,
        `/2010-04-01/Accounts/${server.accountSid}.json`,
        `/2010-04-01/Accounts/${server.accountSid}/Keys.json`,
        `/v1/Keys/${server.apiKey}`,
        `/v1/Keys?AccountSid=${server.accountSid}`,
      ]) {
        expect(await sub.send(path)).toMatchObject({ status: 404, json: { code: 20404 } });
      }
      expect((await sub.client.api.v2010.accounts.list()).map(({ sid }) => sid)).toEqual([sub.sid]);
      const made = await sub.client.conversations.v1.conversations.create({ friendlyName: 'Theirs' });
      expect(await server.sendAs(`/v1/Conversations/${made.sid}`)).toMatchObject({ status: 404 });
      expect(await server.sendAs(`/v1/Services/${services[0]?.sid}`)).toMatchObject({ status: 404 });
    });

    it('cannot have subaccounts, nor see or touch those beside it', async () => {
      const [one, other] = [await addSubaccount(), await addSubaccount()];
      expect(await one.send('/2010-04-01/Accounts.json', { FriendlyName: 'x' })).toMatchObject({
        status: 400,
        json: { code: 21101 },
      });
      const path = `/2010-04-01/Accounts/${other.sid}`;
      expect(await one.send(`${path}.json`)).toMatchObject({ status: 404 });
      expect(await one.send(`${path}.json`, { Status: 'suspended' })).toMatchObject({ status: 404 });
      expect(await one.send(`${path}/Keys.json`, {})).toMatchObject({ status: 404 });
    });

    it('is listed, renamed, and has its keys made, rotated away and taken back by its owner', async () => {
      const sub = await addSubaccount('Branch');
      const { accounts } = server.client.api.v2010;
      expect((await accounts.list()).map(({ sid }) => sid)).toEqual([server.accountSid, sub.sid]);
      expect((await accounts.list({ friendlyName: 'Branch' })).map(({ sid }) => sid)).toEqual([sub.sid]);
      expect(await accounts.list({ status: 'suspended' })).toEqual([]);
      expect(await accounts(sub.sid).update({ friendlyName: 'Office' })).toMatchObject({ friendlyName: 'Office' });

      const key = await accounts(sub.sid).newKeys.create({ friendlyName: 'Made by the owner' });
      const byKey = clientFor(server.url, key.sid, key.secret, sub.sid);
      expect(await byKey.conversations.v1.services.list()).toHaveLength(1);
      expect((await accounts(sub.sid).keys.list()).map(({ sid }) => sid)).toEqual([key.sid]);
      expect((await accounts(server.accountSid).keys.list()).map(({ sid }) => sid)).toEqual([server.apiKey]);
      expect(await server.sendAs(`/2010-04-01/Accounts/${server.accountSid}/Keys/${key.sid}.json`)).toMatchObject({
        status: 404,
      });
      const { json } = await sub.send('/confab/v1/AuditLog?Action=api_key.added');
      expect(json).toMatchObject({ audit_entries: [{ actor: server.accountSid, subject_sid: key.sid }] });
      expect(await accounts(sub.sid).keys(key.sid).remove()).toBe(true);
      await expect(byKey.conversations.v1.services.list()).rejects.toMatchObject({ status: 401 });
    });

    it('has all its credentials refused while it or its owner is suspended, and for good once it is closed', async () => {
      const sub = await addSubaccount();
      const key = await sub.client.api.v2010.accounts(sub.sid).newKeys.create({});
      const statuses = async () =>
        Promise.all(
          [as(sub.sid, sub.authToken), as(key.sid, key.secret)].map(
            async (authorization) => (await server.send('/v1/Services', { headers: { authorization } })).status,
          ),
        );
      expect(await statuses()).toEqual([200, 200]);
      expect(await sub.set({ Status: 'suspended' })).toMatchObject({ json: { status: 'suspended' } });
      expect(await statuses()).toEqual([401, 401]);
      await sub.set({ Status: 'active' });
      expect(await statuses()).toEqual([200, 200]);
      expect(await sub.send(`/2010-04-01/Accounts/${sub.sid}.json`, { Status: 'closed' })).toMatchObject({
        status: 400,
      });

      await server.sendAs(`/2010-04-01/Accounts/${server.accountSid}.json`, { form: { Status: 'suspended' } });
      expect(await statuses()).toEqual([401, 401]);
      await server.store.write(({ db }) =>
        db.updateTable('accounts').set({ status: 'active' }).where('sid', '=', server.accountSid).execute(),
      );
      expect(await statuses()).toEqual([200, 200]);

      expect(await sub.set({ Status: 'closed' })).toMatchObject({ status: 200, json: { status: 'closed' } });
      expect(await statuses()).toEqual([401, 401]);
      expect(await sub.set({ Status: 'active' })).toMatchObject({
        status: 400,
        json: { code: 20001, details: { parameter: 'Status' } },
      });
    });

    it('is not for Standard and Restricted keys of its owner', async () => {
      const sub = await addSubaccount();
      const key = await server.client.api.v2010.accounts(server.accountSid).newKeys.create({});
      const headers = { authorization: as(key.sid, key.secret) };
      for (const path of ['/2010-04-01/Accounts.json', `/2010-04-01/Accounts/${sub.sid}/Keys.json`]) {
        expect(await server.send(path, { headers })).toMatchObject({ status: 401, json: { code: 20003 } });
        expect(await server.send(path, { headers, form: {} })).toMatchObject({ status: 401, json: { code: 20003 } });
      }
    });
  });
});
