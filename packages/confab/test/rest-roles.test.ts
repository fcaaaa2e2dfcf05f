import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { onEveryEngine, type RestServer, TIME } from './support/rest-server.ts';

const UNKNOWN = '00000000000000000000000000000000';

const refusal = (status: number, code: number, message?: string) => ({
  status,
  json: { code, status, ...(message !== undefined && { message: expect.stringContaining(message) }) },
});

onEveryEngine((start) => {
  let server: RestServer;
  beforeAll(async () => {
    server = await start();
    return () => server.stop();
  });

  let sid: string;
  beforeEach(async () => {
    ({ sid } = await server.client.conversations.v1.services.create({ friendlyName: 'Roles' }));
  });

  const service = () => server.client.conversations.v1.services(sid);
  const roleSid = async (name: string): Promise<string> => {
    const role = (await service().roles.list()).find(({ friendlyName }) => friendlyName === name);
    return role?.sid ?? `no role ${name}`;
  };

  describe('roles', () => {
    it('are made and deleted with the official helper, in both forms', async () => {
      const permission = ['sendMessage', 'leaveConversation', 'sendMessage'];
      const made = await service().roles.create({ friendlyName: 'guest', type: 'conversation', permission });
      expect(made).toMatchObject({ friendlyName: 'guest', permissions: ['sendMessage', 'leaveConversation'] });
      expect((await service().roles(made.sid).fetch()).toJSON()).toEqual(made.toJSON());
      expect(await service().roles(made.sid).remove()).toBe(true);
      await expect(service().roles(made.sid).fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
      await expect(service().roles(made.sid).remove()).rejects.toMatchObject({ status: 404, code: 20404 });

      for (const base of ['/v1', `/v1/Services/${server.chatServiceSid}`]) {
        const form = { FriendlyName: 'auditor', Type: 'SERVICE', Permission: 'joinConversation' };
        const { status, json } = await server.sendAs(`${base}/Roles`, { form });
        expect(status).toBe(201);
        expect(json).toEqual({
          sid: expect.stringMatching(/^RL[0-9a-f]{32}$/),
          account_sid: server.accountSid,
          chat_service_sid: server.chatServiceSid,
          friendly_name: 'auditor',
          type: 'service',
          permissions: ['joinConversation'],
          date_created: expect.stringMatching(TIME),
          date_updated: expect.stringMatching(TIME),
          url: expect.stringContaining(`${server.url}${base}/Roles/RL`),
        });
      }
    });

    it('are refused with what is wrong', async () => {
      const create = (form: Record<string, string | string[]>) =>
        server.sendAs(`/v1/Services/${sid}/Roles`, {
          form: { FriendlyName: 'x', Type: 'conversation', Permission: 'sendMessage', ...form },
        });
      expect(await create({ FriendlyName: '' })).toMatchObject(refusal(400, 50000));
      expect(await create({ FriendlyName: 'x'.repeat(65) })).toMatchObject(refusal(400, 50003));
      expect(await create({ Permission: ['sendMessage', 'fly'] })).toMatchObject(refusal(400, 50104, 'fly'));
      expect(await create({ Permission: 'createConversation' })).toMatchObject(refusal(400, 50104, 'service roles'));
      expect(await create({ Type: 'service' })).toMatchObject(refusal(400, 50104, 'conversation roles'));
      expect(await create({ Type: 'channel' })).toMatchObject(refusal(400, 50105, 'Type'));
      expect(await create({ Permission: [] })).toMatchObject(refusal(400, 20001, 'Permission'));
      expect(await service().roles.list()).toHaveLength(4);
      await expect(
        service()
          .roles(await roleSid('service user'))
          .update({ permission: ['sendMessage'] }),
      ).rejects.toMatchObject({ status: 400, code: 50104 });
      expect((await create({ FriendlyName: 'x'.repeat(64) })).status).toBe(201);
    });

    it('are not deleted while they are a default, or somebody has them', async () => {
      const remove = (role: string) => server.sendAs(`/v1/Services/${sid}/Roles/${role}`, { method: 'DELETE' });
      for (const name of ['service user', 'channel admin', 'channel user']) {
        expect(await remove(await roleSid(name))).toMatchObject(refusal(400, 20001, 'default role'));
      }
      const admin = await roleSid('service admin');
      await service().users.create({ identity: 'ada', roleSid: admin });
      expect(await remove(admin)).toMatchObject(refusal(400, 20001, 'in use'));
      await service().users('ada').remove();
      expect((await remove(admin)).status).toBe(204);

      const conversation = service().conversations((await service().conversations.create()).sid);
      const { sid: guest } = await service().roles.create({
        friendlyName: 'guest',
        type: 'conversation',
        permission: ['sendMessage'],
      });
      await conversation.participants.create({ identity: 'ben', roleSid: guest });
      expect(await remove(guest)).toMatchObject(refusal(400, 20001, 'in use'));
      await conversation.participants('ben').update({ roleSid: await roleSid('channel admin') });
      expect((await remove(guest)).status).toBe(204);
      expect((await service().roles.list()).map(({ friendlyName }) => friendlyName)).toEqual([
        'service user',
        'channel admin',
        'channel user',
      ]);
    });
  });

  it('are given or deleted, when both are asked for at the same moment, and never both', async () => {
    for (let round = 0; round < 8; round += 1) {
      const permission = ['joinConversation'];
      const role = await service().roles.create({ friendlyName: `r${round}`, type: 'service', permission });
      const form = { Identity: `user ${round}`, RoleSid: role.sid };
      const [given, deleted] = await Promise.all([
        server.sendAs(`/v1/Services/${sid}/Users`, { form }),
        server.sendAs(`/v1/Services/${sid}/Roles/${role.sid}`, { method: 'DELETE' }),
      ]);
      if (given.status === 201) expect(deleted).toMatchObject(refusal(400, 20001, 'in use'));
      else {
        expect(given).toMatchObject(refusal(404, 50100));
        expect(deleted.status).toBe(204);
      }
    }
  });

  describe('the configuration of a service', () => {
    it('has the documented shape, and no short form', async () => {
      const url = `${server.url}/v1/Services/${sid}/Configuration`;
      expect((await server.sendAs(`/v1/Services/${sid}/Configuration`)).json).toEqual({
        chat_service_sid: sid,
        default_conversation_creator_role_sid: await roleSid('channel admin'),
        default_conversation_role_sid: await roleSid('channel user'),
        default_chat_service_role_sid: await roleSid('service user'),
        reachability_enabled: false,
        url,
        links: { notifications: `${url}/Notifications`, webhooks: `${url}/Webhooks` },
      });
    });

    it('gives its roles to whom none is given, from then on', async () => {
      const before = await service().users.create({ identity: 'before' });
      const admin = await roleSid('service admin');
      const { sid: guest } = await service().roles.create({
        friendlyName: 'guest',
        type: 'conversation',
        permission: ['sendMessage'],
      });
      const defaults = {
        defaultChatServiceRoleSid: admin,
        defaultConversationRoleSid: guest,
        defaultConversationCreatorRoleSid: guest,
      };
      expect(await service().configuration().update({ reachabilityEnabled: true })).toMatchObject({
        reachabilityEnabled: true,
        defaultChatServiceRoleSid: await roleSid('service user'),
      });
      expect(await service().configuration().update(defaults)).toMatchObject({
        ...defaults,
        reachabilityEnabled: true,
      });
      expect(await service().configuration().fetch()).toMatchObject({ ...defaults, reachabilityEnabled: true });

      expect(await service().users.create({ identity: 'after' })).toMatchObject({ roleSid: admin });
      const conversation = service().conversations((await service().conversations.create()).sid);
      expect(await conversation.participants.create({ identity: 'after' })).toMatchObject({ roleSid: guest });
      expect(await service().users(before.sid).fetch()).toMatchObject({ roleSid: before.roleSid });
      // Neither default any more, nor anybody's.
      expect(
        await service()
          .roles(await roleSid('channel admin'))
          .remove(),
      ).toBe(true);
      expect(await conversation.participants.create({ identity: 'new' })).toMatchObject({ roleSid: guest });
    });

    it('takes no role of the other type or of another service, and then changes nothing', async () => {
      const update = (form: Record<string, string>) =>
        server.sendAs(`/v1/Services/${sid}/Configuration`, { form: { ReachabilityEnabled: 'true', ...form } });
      const foreign = (await server.client.conversations.v1.roles.list())[0]?.sid ?? '';
      const conversationRole = await roleSid('channel user');
      const serviceRole = await roleSid('service user');
      for (const [parameter, wrongType, missing] of [
        ['DefaultChatServiceRoleSid', conversationRole, 50100],
        ['DefaultConversationRoleSid', serviceRole, 50109],
        ['DefaultConversationCreatorRoleSid', serviceRole, 50109],
      ] as const) {
        expect(await update({ [parameter]: wrongType })).toMatchObject({
          status: 400,
          json: { code: 50105, details: { parameter } },
        });
        expect(await update({ [parameter]: `RL${UNKNOWN}` })).toMatchObject(refusal(404, missing));
        expect(await update({ [parameter]: foreign })).toMatchObject(refusal(404, missing));
        expect(await update({ [parameter]: 'nonsense' })).toMatchObject(refusal(400, 20001));
      }
      expect(await update({ ReachabilityEnabled: 'maybe' })).toMatchObject(refusal(400, 20001));
      expect(await service().configuration().fetch()).toMatchObject({
        reachabilityEnabled: false,
        defaultChatServiceRoleSid: serviceRole,
        defaultConversationRoleSid: conversationRole,
      });
      expect(await server.sendAs(`/v1/Services/IS${UNKNOWN}/Configuration`)).toMatchObject(refusal(404, 20404));
    });
  });
});
