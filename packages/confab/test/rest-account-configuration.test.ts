import { beforeAll, describe, expect, it } from 'vitest';
import { onEveryEngine, type RestServer } from './support/rest-server.ts';

const PATH = '/v1/Configuration';
const MESSAGING = `MG${'a'.repeat(32)}`;

onEveryEngine((start) => {
  let server: RestServer;
  beforeAll(async () => {
    server = await start();
    return () => server.stop();
  });

  describe('the configuration of the account', () => {
    it('has the documented shape, and is set and cleared with the official helper', async () => {
      const configuration = server.client.conversations.v1.configuration();
      const first = {
        account_sid: server.accountSid,
        default_chat_service_sid: server.chatServiceSid,
        default_messaging_service_sid: null,
        default_inactive_timer: null,
        default_closed_timer: null,
        url: `${server.url}${PATH}`,
        links: {
          service: `${server.url}/v1/Services/${server.chatServiceSid}/Configuration`,
          webhooks: `${server.url}${PATH}/Webhooks`,
        },
      };
      expect((await server.sendAs(PATH)).json).toEqual(first);
      const given = {
        defaultMessagingServiceSid: MESSAGING,
        defaultInactiveTimer: 'PT1M',
        defaultClosedTimer: 'P1DT0.5S',
      };
      expect(await configuration.update(given)).toMatchObject(given);
      expect(await configuration.update({ defaultInactiveTimer: 'PT0S' })).toMatchObject({
        ...given,
        defaultInactiveTimer: null,
      });
      expect(await configuration.fetch()).toMatchObject({ ...given, defaultInactiveTimer: null });
      const form = { DefaultMessagingServiceSid: '', DefaultClosedTimer: '' };
      expect((await server.sendAs(PATH, { form })).json).toEqual(first);
    });

    it('says which service the short form is about', async () => {
      const { services, conversations, configuration } = server.client.conversations.v1;
      const { sid } = await services.create({ friendlyName: 'The next one' });
      const before = await conversations.create({ friendlyName: 'before' });
      expect(await configuration().update({ defaultChatServiceSid: sid })).toMatchObject({
        defaultChatServiceSid: sid,
      });
      const after = await conversations.create({ friendlyName: 'after' });
      expect(after.chatServiceSid).toBe(sid);
      await expect(conversations(before.sid).fetch()).rejects.toMatchObject({ status: 404 });
      expect((await services(sid).conversations.list()).map((one) => one.sid)).toEqual([after.sid]);
      await expect(services(sid).remove()).rejects.toMatchObject({ status: 400, code: 20001 });
      await configuration().update({ defaultChatServiceSid: server.chatServiceSid });
      expect(await services(sid).remove()).toBe(true);
    });

    it('gives its timers and messaging service to conversations that are made without', async () => {
      const { conversations, configuration } = server.client.conversations.v1;
      await configuration().update({
        defaultInactiveTimer: 'PT10M',
        defaultClosedTimer: 'P1D',
        defaultMessagingServiceSid: MESSAGING,
      });
      const made = await conversations.create();
      expect(made.messagingServiceSid).toBe(MESSAGING);
      const own = `MG${'b'.repeat(32)}`;
      expect((await conversations.create({ messagingServiceSid: own })).messagingServiceSid).toBe(own);
      const after = (ms: number) => new Date(made.dateCreated.getTime() + ms).toISOString().replace('.000Z', 'Z');
      expect(made.timers).toEqual({ date_inactive: after(600_000), date_closed: after(86_400_000) });
      await configuration().update({
        defaultInactiveTimer: '',
        defaultClosedTimer: 'PT0S',
        defaultMessagingServiceSid: '',
      });
      expect(await conversations.create()).toMatchObject({ timers: {}, messagingServiceSid: null });
    });

    it('never names a service that is deleted at the same moment', async () => {
      const { services, configuration } = server.client.conversations.v1;
      for (let round = 0; round < 10; round += 1) {
        const { sid } = await services.create({ friendlyName: `Round ${round}` });
        const outcomes = await Promise.allSettled([
          configuration().update({ defaultChatServiceSid: sid }),
          services(sid).remove(),
        ]);
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        const { defaultChatServiceSid } = await configuration().fetch();
        expect((await services(defaultChatServiceSid).fetch()).sid).toBe(defaultChatServiceSid);
        await configuration().update({ defaultChatServiceSid: server.chatServiceSid });
      }
    });

    it('is refused with the codes of what is wrong, and then stays as it is', async () => {
      const before = (await server.sendAs(PATH)).json;
      const wrong: readonly (readonly [string, string, number, number?])[] = [
        ['DefaultChatServiceSid', `IS${'0'.repeat(32)}`, 50050, 404],
        ['DefaultChatServiceSid', 'x', 20001],
        ['DefaultChatServiceSid', '', 20001],
        ['DefaultMessagingServiceSid', 'x', 20001],
        ['DefaultInactiveTimer', 'PT59S', 50375],
        ['DefaultInactiveTimer', 'soon', 50379],
        ['DefaultClosedTimer', 'PT9M59S', 50376],
        ['DefaultClosedTimer', 'P1Y', 50380],
      ];
      for (const [parameter, value, code, status = 400] of wrong) {
        const form = { DefaultInactiveTimer: 'PT5M', DefaultClosedTimer: 'PT50M', [parameter]: value };
        expect(await server.sendAs(PATH, { form })).toMatchObject({ status, json: { code, details: { parameter } } });
      }
      expect((await server.sendAs(PATH)).json).toEqual(before);
    });
  });
});
