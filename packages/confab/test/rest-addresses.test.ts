import { beforeAll, describe, expect, it } from 'vitest';
import { onEveryEngine, type RestServer, TIME } from './support/rest-server.ts';

const PATH = '/v1/Configuration/Addresses';
const FLOW = `FW${'0'.repeat(32)}`;

onEveryEngine((start) => {
  let server: RestServer;
  beforeAll(async () => {
    server = await start();
    return () => server.stop();
  });

  const create = (form: Record<string, string | string[]>) => server.sendAs(PATH, { form });
  const refusal = (code: number, parameter: string, status = 400) => ({
    status,
    json: { code, details: { parameter } },
  });

  describe('address configurations', () => {
    it('are made, fetched by SID or address, changed and deleted with the official helper', async () => {
      const { addressConfigurations } = server.client.conversations.v1;
      const { sid } = await addressConfigurations.create({
        type: 'sms',
        address: '+37256123457',
        friendlyName: 'My Test Configuration',
        addressCountry: 'ca',
        'autoCreation.enabled': true,
        'autoCreation.type': 'webhook',
        'autoCreation.conversationServiceSid': server.chatServiceSid,
        'autoCreation.webhookUrl': 'https://example.com',
        'autoCreation.webhookMethod': 'get',
        'autoCreation.webhookFilters': ['onParticipantAdded', 'onMessageAdded'],
      });
      const expected = {
        sid: expect.stringMatching(/^IG[0-9a-f]{32}$/),
        account_sid: server.accountSid,
        type: 'sms',
        address: '+37256123457',
        friendly_name: 'My Test Configuration',
        address_country: 'CA',
        auto_creation: {
          enabled: true,
          type: 'webhook',
          conversation_service_sid: server.chatServiceSid,
          webhook_url: 'https://example.com',
          webhook_method: 'GET',
          webhook_filters: ['onParticipantAdded', 'onMessageAdded'],
        },
        date_created: expect.stringMatching(TIME),
        date_updated: expect.stringMatching(TIME),
        url: `${server.url}${PATH}/${sid}`,
      };
      for (const one of [sid, '+37256123457']) {
        expect((await server.sendAs(`${PATH}/${encodeURIComponent(one)}`)).json).toEqual(expected);
      }
      const studio = await addressConfigurations('+37256123457').update({
        friendlyName: '',
        'autoCreation.enabled': false,
        'autoCreation.type': 'studio',
        'autoCreation.studioFlowSid': FLOW,
        'autoCreation.studioRetryCount': 3,
      });
      expect(studio).toMatchObject({ sid, friendlyName: null });
      expect(studio.autoCreation).toEqual({
        enabled: false,
        type: 'studio',
        conversation_service_sid: server.chatServiceSid,
        studio_flow_sid: FLOW,
        studio_retry_count: 3,
      });
      const form = { 'AutoCreation.Type': 'default', 'AutoCreation.ConversationServiceSid': '' };
      expect((await server.sendAs(`${PATH}/${sid}`, { form })).json).toMatchObject({
        auto_creation: { enabled: false, type: 'default' },
      });
      expect(await addressConfigurations('+37256123457').remove()).toBe(true);
      await expect(addressConfigurations(sid).fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
    });

    it('are listed, all or of one type, 50 at most on a page', async () => {
      const { addressConfigurations } = server.client.conversations.v1;
      const sms = await addressConfigurations.create({ type: 'sms', address: '12345' });
      expect(sms.autoCreation).toEqual({ enabled: false, type: 'default' });
      const mail = await addressConfigurations.create({ type: 'email', address: 'desk@example.com' });
      const other = await create({ Type: 'whAtsAPP', Address: 'urn:mbid:AQAAYyUbut6E4B3T9FLv5EbG' });
      expect(other).toMatchObject({ status: 201, json: { type: 'whatsapp' } });
      expect((await addressConfigurations.list()).map(({ address }) => address)).toEqual([
        '12345',
        'desk@example.com',
        'urn:mbid:AQAAYyUbut6E4B3T9FLv5EbG',
      ]);
      expect((await addressConfigurations.list({ type: 'email' })).map(({ sid }) => sid)).toEqual([mail.sid]);
      const page = await server.sendAs(`${PATH}?Type=SMS&PageSize=100`);
      expect(page.json).toMatchObject({
        meta: { key: 'address_configurations', page_size: 50, url: `${server.url}${PATH}?Type=sms&PageSize=50&Page=0` },
        address_configurations: [{ sid: sms.sid }],
      });
      expect(await server.sendAs(`${PATH}?Type=pigeon`)).toMatchObject(refusal(20001, 'Type'));
    });

    it('are one for each address', async () => {
      const twice = () => create({ Type: 'sms', Address: '+15005550001' });
      const statuses = (await Promise.all([twice(), twice(), twice()])).map(({ status }) => status).sort();
      expect(statuses).toEqual([201, 409, 409]);
      expect(await twice()).toMatchObject(refusal(20001, 'Address', 409));
    });

    it('are refused with what is wrong, and nothing is kept', async () => {
      const { sid } = await server.client.conversations.v1.addressConfigurations.create({
        type: 'chat',
        address: 'front door',
        'autoCreation.enabled': true,
      });
      const before = (await server.sendAs(PATH)).json;
      const one = (await server.sendAs(`${PATH}/${sid}`)).json;
      for (const [type, address] of [
        ['sms', 'five'],
        ['sms', '+0123'],
        ['sms', ''],
        ['email', 'nobody'],
        ['chat', ' '],
        ['chat', 'x'.repeat(257)],
        ['chat', `IG${'0'.repeat(32)}`],
      ] as const) {
        expect(await create({ Type: type, Address: address })).toMatchObject(refusal(50407, 'Address'));
      }
      expect(await create({ Type: 'sms', Address: '+1500\0' })).toMatchObject(refusal(20001, 'Address'));
      const base = { Type: 'sms', Address: '+15005550002' };
      for (const [parameter, value, code] of [
        ['Type', 'pigeon', 20001],
        ['AddressCountry', 'CAN', 20001],
        ['FriendlyName', 'x'.repeat(257), 50003],
      ] as const) {
        expect(await create({ ...base, [parameter]: value })).toMatchObject(refusal(code, parameter));
      }
      const autoCreation: readonly (readonly [string, string | string[], number, number?])[] = [
        ['AutoCreation.Enabled', 'x', 20001],
        ['AutoCreation.Type', 'x', 20001],
        ['AutoCreation.ConversationServiceSid', 'x', 20001],
        ['AutoCreation.ConversationServiceSid', `IS${'0'.repeat(32)}`, 50050, 404],
        ['AutoCreation.WebhookUrl', 'example.com', 20001],
        ['AutoCreation.WebhookMethod', 'PUT', 20001],
        ['AutoCreation.WebhookFilters', ['onMessageAdded', 'onMessageAdd'], 50365],
        ['AutoCreation.StudioFlowSid', 'x', 50367],
        ['AutoCreation.StudioRetryCount', '4', 50065],
      ];
      for (const [parameter, value, code, status] of autoCreation) {
        expect(await create({ ...base, [parameter]: value })).toMatchObject(refusal(code, parameter, status));
        const update = await server.sendAs(`${PATH}/${sid}`, { form: { FriendlyName: 'new', [parameter]: value } });
        expect(update).toMatchObject(refusal(code, parameter, status));
      }
      for (const [type, parameter] of [
        ['webhook', 'AutoCreation.WebhookUrl'],
        ['studio', 'AutoCreation.StudioFlowSid'],
      ] as const) {
        const form = { 'AutoCreation.Type': type, 'AutoCreation.Enabled': 'true' };
        expect(await create({ ...base, ...form })).toMatchObject(refusal(20001, parameter));
        expect(await server.sendAs(`${PATH}/${sid}`, { form })).toMatchObject(refusal(20001, parameter));
      }
      expect((await server.sendAs(PATH)).json).toEqual(before);
      expect((await server.sendAs(`${PATH}/${sid}`)).json).toEqual(one);
      for (const path of [`IG${'0'.repeat(32)}`, '%2B19999999999', '%00']) {
        expect(await server.sendAs(`${PATH}/${path}`)).toMatchObject({ status: 404, json: { code: 20404 } });
      }
    });
  });
});
