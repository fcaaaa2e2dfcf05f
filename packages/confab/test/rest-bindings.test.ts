import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../src/clock.ts';
import { DEFAULT_LIMITS } from '../src/config/limits.ts';
import {
  createCommandRunner,
  findService,
  findUser,
  purgeDeletedServices,
  registerBinding,
  serviceRef,
  type UserActor,
} from '../src/domain/index.ts';
import { onEveryEngine, type RestServer, TIME } from './support/rest-server.ts';

const NEW_MESSAGE = 'twilio.conversations.new_message';

onEveryEngine((start) => {
  let server: RestServer;
  beforeAll(async () => {
    server = await start();
    return () => server.stop();
  });

  let sid: string;
  let service: ReturnType<typeof serviceRef>;
  beforeEach(async () => {
    ({ sid } = await server.client.conversations.v1.services.create({ friendlyName: 'Devices' }));
    const { id } = await server.store.read.selectFrom('accounts').select('id').executeTakeFirstOrThrow();
    const row = await findService(server.store.read, id, sid);
    if (row === undefined) throw new Error('The service is not there.');
    service = serviceRef(row);
  });

  const bindings = () => server.client.conversations.v1.services(sid).bindings;

  /** What an SDK does on behalf of a user who has connected. */
  async function deviceOf(identity: string, input: Partial<Parameters<typeof registerBinding.prepare>[1]> = {}) {
    if ((await findUser(server.store.read, service.id, identity)) === undefined) {
      await server.client.conversations.v1.services(sid).users.create({ identity });
    }
    const user = await findUser(server.store.read, service.id, identity);
    if (user === undefined) throw new Error('The user is not there.');
    const actor: UserActor = { kind: 'user', service, user: { id: user.id, sid: user.sid, identity } };
    const limits = { ...DEFAULT_LIMITS, bindingsPerUser: 3 };
    const execute = createCommandRunner({ store: server.store, clock: systemClock(), limits, before: [] });
    const register = () =>
      execute(registerBinding, actor, {
        type: 'fcm',
        endpoint: `${identity}’s phone`,
        messageTypes: [NEW_MESSAGE, 'twilio.conversations.removed_from_conversation', 'of the future'],
        ...input,
      });
    return { register, ...(await register()) };
  }

  describe('push bindings', () => {
    it('are fetched and deleted with the official helper, and have the documented shape', async () => {
      const { sid: credentialSid } = await server.client.conversations.v1.credentials.create({ type: 'fcm' });
      const device = await deviceOf('ada', { credentialSid });
      const path = `/v1/Services/${sid}/Bindings/${device.sid}`;
      expect((await server.sendAs(path)).json).toEqual({
        sid: expect.stringMatching(/^BS[0-9a-f]{32}$/),
        account_sid: server.accountSid,
        chat_service_sid: sid,
        credential_sid: credentialSid,
        date_created: expect.stringMatching(TIME),
        date_updated: expect.stringMatching(TIME),
        endpoint: 'ada’s phone',
        identity: 'ada',
        binding_type: 'fcm',
        message_types: ['new_message', 'removed_from_conversation'],
        url: `${server.url}${path}`,
      });
      expect(await bindings()(device.sid).remove()).toBe(true);
      await expect(bindings()(device.sid).fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
      await expect(bindings()(device.sid).remove()).rejects.toMatchObject({ status: 404, code: 20404 });
      expect(await server.sendAs('/v1/Bindings')).toMatchObject({ status: 404 });
    });

    it('are listed, all or by type and person, in pages that keep to it', async () => {
      await deviceOf('ada');
      await deviceOf('ada', { type: 'apn', endpoint: 'tablet' });
      await deviceOf('ben', { type: 'apn', endpoint: 'phone of ben' });
      await deviceOf('cleo');
      const listed = async (options: Parameters<ReturnType<typeof bindings>['list']>[0]) =>
        (await bindings().list(options)).map(({ identity, bindingType }) => `${identity} ${bindingType}`);
      expect(await listed({})).toEqual(['ada fcm', 'ada apn', 'ben apn', 'cleo fcm']);
      expect(await listed({ bindingType: ['apn'], pageSize: 1 })).toEqual(['ada apn', 'ben apn']);
      expect(await listed({ identity: ['ada', 'cleo'], pageSize: 1 })).toEqual(['ada fcm', 'ada apn', 'cleo fcm']);
      expect(await listed({ identity: ['ada'], bindingType: ['apn', 'gcm'] })).toEqual(['ada apn']);
      expect(await listed({ bindingType: ['twilsock'] })).toEqual([]);
      const path = `/v1/Services/${sid}/Bindings`;
      expect(await server.sendAs(`${path}?Identity=a%00b`)).toMatchObject({ status: 200, json: { bindings: [] } });
      expect(await server.sendAs(`${path}?BindingType=pigeon`)).toMatchObject({ status: 400, json: { code: 20001 } });
    });

    it('belong to who registered the device last', async () => {
      const first = await deviceOf('ada', { endpoint: 'shared' });
      const again = await first.register();
      expect(again.sid).toBe(first.sid);
      const second = await deviceOf('ben', { endpoint: 'shared' });
      expect(second).toMatchObject({ sid: first.sid, identity: 'ben' });
      expect((await bindings().list()).map(({ identity }) => identity)).toEqual(['ben']);
    });

    it('are so many for each user at most: the oldest goes', async () => {
      for (const endpoint of ['1', '2', '3', '4', '5']) await deviceOf('ada', { endpoint });
      await deviceOf('ben');
      expect((await bindings().list()).map(({ endpoint }) => endpoint)).toEqual(['3', '4', '5', 'ben’s phone']);
      // One that is there already takes no room.
      await deviceOf('ada', { endpoint: '3' });
      expect((await bindings().list({ identity: ['ada'] })).map(({ endpoint }) => endpoint)).toEqual(['3', '4', '5']);
    });

    it('name no credential that is of another type, or not there', async () => {
      const { credentials } = server.client.conversations.v1;
      const { sid: apn } = await credentials.create({ type: 'apn' });
      expect(await deviceOf('ada', { credentialSid: apn })).toMatchObject({ credential_sid: null });
      const unknown = `CR${'0'.repeat(32)}`;
      expect(await deviceOf('ben', { credentialSid: unknown })).toMatchObject({ credential_sid: null });
    });

    it('go with their user, who can register no more, and with their service', async () => {
      const device = await deviceOf('ada');
      await deviceOf('ben');
      await server.client.conversations.v1.services(sid).users('ada').remove();
      expect((await bindings().list()).map(({ identity }) => identity)).toEqual(['ben']);
      await expect(device.register()).rejects.toMatchObject({ status: 403, code: 50107 });
      await server.client.conversations.v1.services(sid).configuration.webhooks().update({ method: 'GET' });
      await server.client.conversations.v1.services(sid).configuration.notifications().update({ logEnabled: true });
      await server.client.conversations.v1.services(sid).remove();
      while ((await purgeDeletedServices(server.store, 10, 1)) > 0);
      const { read } = server.store;
      for (const table of ['bindings', 'service_notifications', 'users', 'roles'] as const) {
        expect(await read.selectFrom(table).selectAll().where('service_id', '=', service.id).execute()).toEqual([]);
      }
      const left = await read.selectFrom('webhook_configurations').selectAll().where('owner_sid', '=', sid).execute();
      expect(left).toEqual([]);
    });
  });
});
