import { beforeAll, describe, expect, it } from 'vitest';
import { onEveryEngine, type RestServer, TIME } from './support/rest-server.ts';

const UNKNOWN = '00000000000000000000000000000000';

onEveryEngine((start) => {
  let server: RestServer;
  let roles: Map<string, string>;
  beforeAll(async () => {
    server = await start();
    const listed = await server.client.conversations.v1.roles.list();
    roles = new Map(listed.map(({ friendlyName, sid }) => [friendlyName, sid]));
    return () => server.stop();
  });

  const forms = () => ['/v1', `/v1/Services/${server.chatServiceSid}`];
  const roleSid = (name: string): string => roles.get(name) ?? `no role ${name}`;

  describe('users', () => {
    it('are made, fetched, changed, listed and deleted with the official helper', async () => {
      const { users } = server.client.conversations.v1;
      const made = await users.create({ identity: 'ada+1@example.com' });
      expect(made).toMatchObject({
        identity: 'ada+1@example.com',
        friendlyName: 'ada+1@example.com',
        attributes: '{}',
        roleSid: roleSid('service user'),
      });
      const full = {
        identity: 'ben',
        friendlyName: 'Ben',
        attributes: '{ "team": 1 }',
        roleSid: roleSid('service admin'),
      };
      const ben = await users.create(full);
      expect(ben).toMatchObject(full);
      expect((await users(made.sid).fetch()).toJSON()).toEqual(made.toJSON());
      expect((await users('ada+1@example.com').fetch()).sid).toBe(made.sid);
      expect((await users.list()).map(({ sid }) => sid)).toEqual([made.sid, ben.sid]);

      expect(await users('ben').update({ friendlyName: 'Benjamin' })).toMatchObject({
        ...full,
        friendlyName: 'Benjamin',
      });
      const changes = { attributes: '{}', roleSid: roleSid('service user') };
      expect(await users(ben.sid).update(changes)).toMatchObject({ friendlyName: 'Benjamin', ...changes });
      expect((await users('ben').fetch()).toJSON()).toMatchObject({ friendlyName: 'Benjamin', ...changes });

      expect(await users('ben').remove()).toBe(true);
      for (const gone of [() => users('ben').fetch(), () => users(ben.sid).update({}), () => users(ben.sid).remove()]) {
        await expect(gone()).rejects.toMatchObject({ status: 404, code: 20404 });
      }
      expect((await users.create({ identity: 'ben' })).sid).not.toBe(ben.sid);
    });

    it('that are deleted leave every conversation', async () => {
      const { conversations, users } = server.client.conversations.v1;
      const { sid } = await conversations.create();
      await conversations(sid).participants.create({ identity: 'carol' });
      await conversations(sid).messages.create({ author: 'carol', body: 'stays' });
      await users('carol').remove();
      expect(await conversations(sid).participants.list()).toEqual([]);
      expect((await conversations(sid).messages.list()).map(({ author }) => author)).toEqual(['carol']);
    });

    it('have the documented shape in both forms', async () => {
      for (const base of forms()) {
        const identity = `shape ${base.length}`;
        const { status, json } = await server.sendAs(`${base}/Users`, { form: { Identity: identity } });
        expect(status).toBe(201);
        const path = `${base}/Users/${encodeURIComponent(identity)}`;
        expect(await server.sendAs(path)).toMatchObject({ status: 200, json });
        const { sid } = await server.client.conversations.v1.users(identity).fetch();
        const url = `${server.url}${base}/Users/${sid}`;
        expect(json).toEqual({
          sid,
          account_sid: server.accountSid,
          chat_service_sid: server.chatServiceSid,
          role_sid: roleSid('service user'),
          identity,
          friendly_name: identity,
          attributes: '{}',
          is_online: null,
          is_notifiable: null,
          date_created: expect.stringMatching(TIME),
          date_updated: expect.stringMatching(TIME),
          url,
          links: { user_conversations: `${url}/Conversations` },
        });
        expect(await server.sendAs(path, { form: {} })).toMatchObject({ status: 200, json: { sid, url } });
      }
    });

    it('refuse what cannot be', async () => {
      const post = (form: Record<string, string>) => server.sendAs('/v1/Users', { form });
      const refusal = (status: number, code: number) => ({ status, json: { code } });
      await server.client.conversations.v1.users.create({ identity: 'once' });
      expect(await post({ Identity: 'once' })).toMatchObject(refusal(409, 50201));
      expect(await post({})).toMatchObject({ ...refusal(400, 20001), json: { details: { parameter: 'Identity' } } });
      expect(await post({ Identity: '' })).toMatchObject(refusal(400, 20001));
      expect(await post({ Identity: `US${UNKNOWN}` })).toMatchObject(refusal(400, 50206));
      expect(await post({ Identity: 'x'.repeat(257) })).toMatchObject(refusal(400, 50207));
      expect(await post({ Identity: 'a\0b' })).toMatchObject(refusal(400, 20001));
      const rest = { Identity: 'never made' };
      expect(await post({ ...rest, FriendlyName: 'x'.repeat(257) })).toMatchObject(refusal(400, 50003));
      expect(await post({ ...rest, Attributes: '{' })).toMatchObject(refusal(400, 50304));
      expect(await post({ ...rest, RoleSid: `RL${UNKNOWN}` })).toMatchObject(refusal(404, 50100));
      expect(await post({ ...rest, RoleSid: roleSid('channel user') })).toMatchObject(refusal(400, 50105));
      expect(await server.sendAs('/v1/Users/never%20made')).toMatchObject(refusal(404, 20404));

      const update = (form: Record<string, string>) =>
        server.sendAs('/v1/Users/once', { form: { FriendlyName: 'changed', ...form } });
      expect(await update({ Attributes: '{' })).toMatchObject(refusal(400, 50304));
      expect(await update({ RoleSid: roleSid('channel user') })).toMatchObject(refusal(400, 50105));
      expect(await server.sendAs('/v1/Users/once')).toMatchObject({ json: { friendly_name: 'once' } });
    });

    it('are those of one service, 50 at most on a page', async () => {
      const { services } = server.client.conversations.v1;
      const { sid } = await services.create({ friendlyName: 'Other' });
      const { users } = services(sid);
      const identities = Array.from({ length: 53 }, (_, at) => `user ${at}`);
      for (const identity of identities) await users.create({ identity });
      const page = await server.sendAs(`/v1/Services/${sid}/Users?PageSize=100`);
      expect(page).toMatchObject({ json: { meta: { page_size: 50, key: 'users' } } });
      expect((await users.list()).map(({ identity }) => identity)).toEqual(identities);
      await expect(server.client.conversations.v1.users('user 1').fetch()).rejects.toMatchObject({ status: 404 });
      const elsewhere = { identity: 'x', roleSid: roleSid('service user') };
      await expect(users.create(elsewhere)).rejects.toMatchObject({ status: 404, code: 50100 });
    });
  });

  describe('roles', () => {
    it('are listed, fetched and changed with the official helper', async () => {
      const { sid } = await server.client.conversations.v1.services.create({ friendlyName: 'Roles' });
      const own = server.client.conversations.v1.services(sid).roles;
      const listed = await own.list();
      expect(listed.map(({ friendlyName, type }) => [friendlyName, type])).toEqual([
        ['service admin', 'service'],
        ['service user', 'service'],
        ['channel admin', 'conversation'],
        ['channel user', 'conversation'],
      ]);
      const user = listed.find(({ friendlyName }) => friendlyName === 'service user');
      expect(user?.permissions).toEqual(['createConversation', 'joinConversation', 'editOwnUserInfo']);
      const role = own(user?.sid ?? '');
      expect((await role.fetch()).toJSON()).toEqual(user?.toJSON());

      const permission = ['joinConversation', 'editOwnUserInfo'];
      expect((await role.update({ permission })).permissions).toEqual(permission);
      expect((await role.update({ permission: ['joinConversation'] })).permissions).toEqual(['joinConversation']);
      expect((await role.fetch()).permissions).toEqual(['joinConversation']);
      // The role of the same name in another service stays.
      const other = await server.client.conversations.v1.roles(roleSid('service user')).fetch();
      expect(other.permissions).toContain('createConversation');
    });

    it('have the documented shape in both forms', async () => {
      const sid = roleSid('channel user');
      for (const base of forms()) {
        const { status, json } = await server.sendAs(`${base}/Roles/${sid}`);
        expect(status).toBe(200);
        expect(json).toEqual({
          sid,
          account_sid: server.accountSid,
          chat_service_sid: server.chatServiceSid,
          friendly_name: 'channel user',
          type: 'conversation',
          permissions: expect.arrayContaining(['sendMessage', 'deleteOwnMessage']),
          date_created: expect.stringMatching(TIME),
          date_updated: expect.stringMatching(TIME),
          url: `${server.url}${base}/Roles/${sid}`,
        });
      }
    });

    it('refuse what cannot be, and change nothing then', async () => {
      const path = `/v1/Roles/${roleSid('service admin')}`;
      const before = await server.sendAs(path);
      expect(await server.sendAs(path, { form: {} })).toMatchObject({
        status: 400,
        json: { code: 20001, details: { parameter: 'Permission' } },
      });
      const unknown = { Permission: ['joinConversation', 'flyToTheMoon'] };
      expect(await server.sendAs(path, { form: unknown })).toMatchObject({
        status: 400,
        json: { code: 50104, message: expect.stringContaining('flyToTheMoon') },
      });
      expect(await server.sendAs(path)).toMatchObject({ status: 200, json: before.json });
      for (const sid of [`RL${UNKNOWN}`, 'nonsense', '%00']) {
        expect(await server.sendAs(`/v1/Roles/${sid}`)).toMatchObject({ status: 404, json: { code: 20404 } });
      }
    });
  });
});
