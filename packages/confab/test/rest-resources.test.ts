import { beforeAll, describe, expect, it } from 'vitest';
import { clientFor, onEveryEngine, type RestServer, TIME } from './support/rest-server.ts';

onEveryEngine((start) => {
  let server: RestServer;
  beforeAll(async () => {
    server = await start();
    return () => server.stop();
  });

  describe('services, with the official helper', () => {
    it('are made, fetched and listed', async () => {
      const { services } = server.client.conversations.v1;
      const made = await services.create({ friendlyName: 'Support' });
      expect(made.sid).toMatch(/^IS[0-9a-f]{32}$/);
      expect(made).toMatchObject({ friendlyName: 'Support', accountSid: server.accountSid });

      const fetched = await services(made.sid).fetch();
      expect(fetched.toJSON()).toEqual(made.toJSON());

      const listed = await services.list();
      expect(listed.map(({ sid }) => sid)).toEqual([server.chatServiceSid, made.sid]);
    });

    it('have the documented shape', async () => {
      const { status, json } = await server.sendAs('/v1/Services', { form: { FriendlyName: 'Shape' } });
      expect(status).toBe(201);
      const sid = sidOf(json);
      const url = `${server.url}/v1/Services/${sid}`;
      expect(json).toEqual({
        sid,
        account_sid: server.accountSid,
        friendly_name: 'Shape',
        date_created: expect.stringMatching(TIME),
        date_updated: expect.stringMatching(TIME),
        url,
        links: {
          conversations: `${url}/Conversations`,
          users: `${url}/Users`,
          roles: `${url}/Roles`,
          bindings: `${url}/Bindings`,
          configuration: `${url}/Configuration`,
          participant_conversations: `${url}/ParticipantConversations`,
          conversation_with_participants: `${url}/ConversationWithParticipants`,
        },
      });
    });
  });

  describe('conversations, with the official helper', () => {
    it('are made, fetched by SID and unique name, and listed, newest first', async () => {
      const { conversations } = server.client.conversations.v1;
      const first = await conversations.create({ friendlyName: 'Plumbing', uniqueName: 'plumbing & co' });
      const second = await conversations.create({ attributes: '{ "floor": 2 }' });
      expect(first.chatServiceSid).toBe(server.chatServiceSid);
      expect(second.attributes).toBe('{ "floor": 2 }');

      expect((await conversations(first.sid).fetch()).friendlyName).toBe('Plumbing');
      expect((await conversations('plumbing & co').fetch()).sid).toBe(first.sid);
      const listed = await conversations.list();
      expect(listed.slice(0, 2).map(({ sid }) => sid)).toEqual([second.sid, first.sid]);
    });

    it('take X-Twilio-Webhook-Enabled', async () => {
      const made = await server.client.conversations.v1.conversations.create({ xTwilioWebhookEnabled: 'true' });
      const headers = { 'X-Twilio-Webhook-Enabled': 'FALSE' };
      const path = `/v1/Conversations/${made.sid}/Messages`;
      expect(await server.sendAs(path, { form: { Body: 'Hello' }, headers })).toMatchObject({ status: 201 });
    });

    it('belong to one service, whose routes alone show them', async () => {
      const { services, conversations } = server.client.conversations.v1;
      const other = await services.create({ friendlyName: 'Other' });
      const inOther = await services(other.sid).conversations.create({ uniqueName: 'same' });
      const inDefault = await conversations.create({ uniqueName: 'same' });
      expect(inOther.sid).not.toBe(inDefault.sid);

      expect((await services(other.sid).conversations('same').fetch()).sid).toBe(inOther.sid);
      expect((await services(other.sid).conversations.list()).map(({ sid }) => sid)).toEqual([inOther.sid]);
      await expect(conversations(inOther.sid).fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
    });

    it.each(['account', 'service'])('have the documented shape in the %s form', async (form) => {
      const base = form === 'service' ? `/v1/Services/${server.chatServiceSid}` : '/v1';
      const { status, json } = await server.sendAs(`${base}/Conversations`, {
        form: { FriendlyName: 'Shape', UniqueName: `shape ${form}` },
      });
      expect(status).toBe(201);
      const sid = sidOf(json);
      const url = `${server.url}${base}/Conversations/${sid}`;
      expect(json).toEqual({
        sid,
        account_sid: server.accountSid,
        chat_service_sid: server.chatServiceSid,
        messaging_service_sid: null,
        friendly_name: 'Shape',
        unique_name: `shape ${form}`,
        attributes: '{}',
        date_created: expect.stringMatching(TIME),
        date_updated: expect.stringMatching(TIME),
        state: 'active',
        timers: {},
        bindings: {},
        url,
        links: { participants: `${url}/Participants`, messages: `${url}/Messages`, webhooks: `${url}/Webhooks` },
      });
      expect(await server.sendAs(`${base}/Conversations/${sid}`)).toMatchObject({ status: 200, json });
    });
  });

  describe('participants, with the official helper', () => {
    it('are added, fetched by SID and identity, listed and removed', async () => {
      const { conversations } = server.client.conversations.v1;
      const { sid } = await conversations.create({ uniqueName: 'people' });
      const ada = await conversations(sid).participants.create({ identity: 'ada+1@example.com' });
      const ben = await conversations('people').participants.create({ identity: 'ben', attributes: '{"seat":1}' });
      expect(ada).toMatchObject({ conversationSid: sid, identity: 'ada+1@example.com', attributes: '{}' });
      expect(ben.attributes).toBe('{"seat":1}');

      expect((await conversations(sid).participants(ada.sid).fetch()).identity).toBe('ada+1@example.com');
      expect((await conversations(sid).participants('ada+1@example.com').fetch()).sid).toBe(ada.sid);
      const listed = await conversations(sid).participants.list();
      expect(listed.map((one) => one.sid)).toEqual([ada.sid, ben.sid]);

      expect(await conversations(sid).participants('ben').remove()).toBe(true);
      await expect(conversations(sid).participants('ben').fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
      await expect(conversations(sid).participants(ben.sid).remove()).rejects.toMatchObject({
        status: 404,
        code: 20404,
      });
      expect(await conversations(sid).participants.list()).toHaveLength(1);
    });

    it.each(['account', 'service'])('have the documented shape in the %s form', async (form) => {
      const base = form === 'service' ? `/v1/Services/${server.chatServiceSid}` : '/v1';
      const conversation = sidOf((await server.sendAs(`${base}/Conversations`, { form: {} })).json);
      const path = `${base}/Conversations/${conversation}/Participants`;
      const { status, json } = await server.sendAs(path, { form: { Identity: 'ada' } });
      expect(status).toBe(201);
      const sid = sidOf(json);
      expect(json).toEqual({
        account_sid: server.accountSid,
        ...(form === 'service' && { chat_service_sid: server.chatServiceSid }),
        conversation_sid: conversation,
        sid,
        identity: 'ada',
        attributes: '{}',
        messaging_binding: null,
        role_sid: expect.stringMatching(/^RL[0-9a-f]{32}$/),
        date_created: expect.stringMatching(TIME),
        date_updated: expect.stringMatching(TIME),
        url: `${server.url}${path}/${sid}`,
        last_read_message_index: null,
        last_read_timestamp: null,
      });
      expect(await server.sendAs(`${path}/ada`)).toMatchObject({ status: 200, json });
      expect(await server.sendAs(path)).toMatchObject({ status: 200, json: { participants: [json] } });

      const removed = await server.sendAs(`${path}/${sid}`, { method: 'DELETE' });
      expect(removed).toMatchObject({ status: 204, text: '' });
      expect(removed.headers).not.toHaveProperty('content-type');
    });
  });

  describe('messages, with the official helper', () => {
    it('are sent, fetched and listed in both orders', async () => {
      const { conversations } = server.client.conversations.v1;
      const { sid } = await conversations.create();
      const ada = await conversations(sid).participants.create({ identity: 'ada' });
      const body = 'Grüße 🎉 & a+b=c\n\u2028 100%';
      const first = await conversations(sid).messages.create({ author: 'ada', body, attributes: '{ "a": 1 }' });
      const second = await conversations(sid).messages.create({ body: 'Second' });
      expect(first).toMatchObject({ index: 0, author: 'ada', participantSid: ada.sid, body, attributes: '{ "a": 1 }' });
      expect(second).toMatchObject({ index: 1, author: 'system', participantSid: null });

      expect((await conversations(sid).messages(first.sid).fetch()).body).toBe(body);
      expect((await conversations(sid).messages.list()).map(({ index }) => index)).toEqual([0, 1]);
      expect((await conversations(sid).messages.list({ order: 'desc' })).map(({ index }) => index)).toEqual([1, 0]);
    });

    it.each(['account', 'service'])('have the documented shape in the %s form', async (form) => {
      const base = form === 'service' ? `/v1/Services/${server.chatServiceSid}` : '/v1';
      const conversation = sidOf((await server.sendAs(`${base}/Conversations`, { form: {} })).json);
      const path = `${base}/Conversations/${conversation}/Messages`;
      const { status, json } = await server.sendAs(path, { form: { Body: 'Hello', Subject: 'Hi' } });
      expect(status).toBe(201);
      const sid = sidOf(json);
      const url = `${server.url}${path}/${sid}`;
      expect(json).toEqual({
        sid,
        account_sid: server.accountSid,
        ...(form === 'service' && { chat_service_sid: server.chatServiceSid }),
        conversation_sid: conversation,
        body: 'Hello',
        media: null,
        author: 'system',
        participant_sid: null,
        attributes: '{}',
        date_created: expect.stringMatching(TIME),
        date_updated: expect.stringMatching(TIME),
        index: 0,
        delivery: null,
        content_sid: null,
        url,
        links: { delivery_receipts: `${url}/Receipts` },
      });
      expect(await server.sendAs(`${path}/${sid}`)).toMatchObject({ status: 200, json });
      expect(await server.sendAs(path)).toMatchObject({ status: 200, json: { messages: [json] } });
    });
  });

  it('serves API keys as it serves the auth token', async () => {
    const client = clientFor(server.url, server.apiKey, server.apiSecret, server.accountSid);
    const made = await client.conversations.v1.conversations.create({ friendlyName: 'By key' });
    expect(made.accountSid).toBe(server.accountSid);
  });
});

function sidOf(json: unknown): string {
  if (typeof json === 'object' && json !== null && 'sid' in json && typeof json.sid === 'string') return json.sid;
  throw new Error(`No SID in ${JSON.stringify(json)}`);
}
