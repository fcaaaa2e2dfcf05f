// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how templates name their variables (lifecycle 8).
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { onEveryEngine, type RestServer } from './support/rest-server.ts';

onEveryEngine((start) => {
  let server: RestServer;
  beforeAll(async () => {
    server = await start();
    return () => server.stop();
  });

  let sid: string;
  beforeEach(async () => {
    ({ sid } = await server.client.conversations.v1.services.create({ friendlyName: 'Configured' }));
  });

  const refusal = (parameter: string) => ({ status: 400, json: { code: 20001, details: { parameter } } });

  describe('webhook configuration', () => {
    it('of the account starts empty, and is set and cleared with the official helper', async () => {
      const webhooks = server.client.conversations.v1.configuration.webhooks();
      const path = '/v1/Configuration/Webhooks';
      const empty = {
        account_sid: server.accountSid,
        method: 'POST',
        filters: [],
        pre_webhook_url: null,
        post_webhook_url: null,
        target: 'webhook',
        url: `${server.url}${path}`,
      };
      expect((await server.sendAs(path)).json).toEqual(empty);
      const given = {
        method: 'GET',
        filters: ['onMessageAdded', 'onUserUpdated'],
        preWebhookUrl: 'https://example.com/pre?key=1',
        postWebhookUrl: 'http://example.com/post',
        target: 'flex' as const,
      };
      expect(await webhooks.update(given)).toMatchObject(given);
      expect(await webhooks.update({ method: 'post' })).toMatchObject({ ...given, method: 'POST' });
      expect(await webhooks.fetch()).toMatchObject({ ...given, method: 'POST' });
      const form = { Filters: '', PreWebhookUrl: '', PostWebhookUrl: '', Target: 'webhook' };
      expect((await server.sendAs(path, { form })).json).toEqual(empty);
    });

    it('of a service is all null until it is set, and not that of another', async () => {
      const { services } = server.client.conversations.v1;
      const path = `/v1/Services/${sid}/Configuration/Webhooks`;
      const unset = { pre_webhook_url: null, post_webhook_url: null, filters: null, method: null };
      const ids = { account_sid: server.accountSid, chat_service_sid: sid, url: `${server.url}${path}` };
      expect((await server.sendAs(path)).json).toEqual({ ...ids, ...unset });
      const given = {
        preWebhookUrl: 'https://www.example.com/pre',
        filters: ['onMessageRemoved', 'onParticipantAdded', 'onUserAdded', 'onMessageRemoved'],
      };
      expect(await services(sid).configuration.webhooks().update(given)).toMatchObject({
        preWebhookUrl: given.preWebhookUrl,
        postWebhookUrl: null,
        filters: given.filters.slice(0, 3),
        method: 'POST',
      });
      const other = await server.sendAs(`/v1/Services/${server.chatServiceSid}/Configuration/Webhooks`);
      expect(other.json).toMatchObject(unset);
    });

    it('is refused as a whole with what is wrong in it', async () => {
      for (const path of ['/v1/Configuration/Webhooks', `/v1/Services/${sid}/Configuration/Webhooks`]) {
        const before = (await server.sendAs(path)).json;
        for (const [parameter, value] of [
          ['PreWebhookUrl', 'ftp://example.com'],
          ['PreWebhookUrl', 'example.com'],
          ['PostWebhookUrl', `https://example.com/${'x'.repeat(2048)}`],
          ['PostWebhookUrl', 'https://example.com/\0'],
          ['Filters', ['onMessageAdded', 'onMessageSent']],
          ['Method', 'PUT'],
        ] as const) {
          const form = { Filters: 'onUserAdded', Method: 'GET', [parameter]: [value].flat() };
          expect(await server.sendAs(path, { form })).toMatchObject(refusal(parameter));
        }
        expect((await server.sendAs(path)).json).toEqual(before);
      }
      expect(await server.sendAs('/v1/Configuration/Webhooks', { form: { Target: 'x' } })).toMatchObject(
        refusal('Target'),
      );
    });
  });

  describe('push notification settings', () => {
    const path = () => `/v1/Services/${sid}/Configuration/Notifications`;
    const off = () => ({
      account_sid: server.accountSid,
      chat_service_sid: sid,
      log_enabled: false,
      new_message: {
        enabled: false,
        template: '${CONVERSATION}:${PARTICIPANT}: ${MESSAGE}',
        sound: null,
        badge_count_enabled: false,
        with_media: {
          enabled: false,
          template: 'You have a new message in ${CONVERSATION} with ${MEDIA_COUNT} media files: ${MEDIA}',
        },
      },
      added_to_conversation: {
        enabled: false,
        template: 'You have been added to the conversation ${CONVERSATION} by ${PARTICIPANT}',
        sound: null,
      },
      removed_from_conversation: {
        enabled: false,
        template: '${PARTICIPANT} has removed you from the conversation ${CONVERSATION}',
        sound: null,
      },
      url: `${server.url}${path()}`,
    });

    it('are off at first, with the documented templates', async () => {
      expect((await server.sendAs(path())).json).toEqual(off());
    });

    it('are set one by one or together, and an empty text goes back to the default', async () => {
      const notifications = server.client.conversations.v1.services(sid).configuration.notifications();
      await notifications.update({ 'newMessage.enabled': true });
      expect((await server.sendAs(path())).json).toMatchObject({
        new_message: { ...off().new_message, enabled: true },
        log_enabled: false,
      });
      const updated = await notifications.update({
        logEnabled: true,
        'newMessage.template': 'N ${MESSAGE}',
        'newMessage.sound': 'ring',
        'newMessage.badgeCountEnabled': true,
        'newMessage.withMedia.enabled': true,
        'newMessage.withMedia.template': 'M',
        'addedToConversation.enabled': true,
        'addedToConversation.template': 'A',
        'addedToConversation.sound': 'ding',
        'removedFromConversation.enabled': true,
        'removedFromConversation.template': 'R',
        'removedFromConversation.sound': 'dong',
      });
      const on = {
        logEnabled: true,
        newMessage: {
          enabled: true,
          template: 'N ${MESSAGE}',
          sound: 'ring',
          badge_count_enabled: true,
          with_media: { enabled: true, template: 'M' },
        },
        addedToConversation: { enabled: true, template: 'A', sound: 'ding' },
        removedFromConversation: { enabled: true, template: 'R', sound: 'dong' },
      };
      expect(updated).toMatchObject(on);
      expect(await notifications.fetch()).toMatchObject(on);

      const form: Record<string, string> = { LogEnabled: 'false', 'NewMessage.BadgeCountEnabled': 'false' };
      for (const kind of ['NewMessage', 'NewMessage.WithMedia', 'AddedToConversation', 'RemovedFromConversation']) {
        form[`${kind}.Enabled`] = 'false';
        form[`${kind}.Template`] = '';
        form[`${kind}.Sound`] = '';
      }
      expect((await server.sendAs(path(), { form })).json).toEqual(off());
    });

    it('are refused as a whole with what is wrong in them', async () => {
      for (const [parameter, value] of [
        ['AddedToConversation.Enabled', 'yes'],
        ['NewMessage.Template', 'x'.repeat(1025)],
        ['NewMessage.WithMedia.Template', 'a\0b'],
        ['RemovedFromConversation.Sound', 'x'.repeat(1025)],
      ] as const) {
        const form = { LogEnabled: 'true', [parameter]: value };
        expect(await server.sendAs(path(), { form })).toMatchObject(refusal(parameter));
      }
      expect((await server.sendAs(path())).json).toEqual(off());
    });
  });
});
