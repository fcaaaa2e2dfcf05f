import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onEveryEngine, type RestServer } from './support/rest-server.ts';

const UNKNOWN = '0'.repeat(32);

onEveryEngine((start) => {
  let server: RestServer;
  beforeAll(async () => {
    server = await start({
      config: { limitOverrides: { nonChatParticipantsPerConversation: 3, groupParticipantsPerConversation: 3 } },
    });
  });
  afterAll(() => server.stop());

  const api = () => server.client.conversations.v1.conversations;
  let last = 0;
  /** A number of the United States that no other test has. */
  const number = () => {
    last += 1;
    return `+1555${String(last).padStart(7, '0')}`;
  };

  const make = async (form: object = {}) => {
    const { sid } = await api().create(form);
    const path = `/v1/Conversations/${sid}/Participants`;
    return {
      sid,
      add: (fields: Record<string, string>) => server.sendAs(path, { form: fields }),
      update: (who: string, fields: Record<string, string>) => server.sendAs(`${path}/${who}`, { form: fields }),
      participants: api()(sid).participants,
    };
  };
  const direct = (address: string, proxy: string) => ({
    'MessagingBinding.Address': address,
    'MessagingBinding.ProxyAddress': proxy,
  });
  const phone = (address: string) => ({ 'MessagingBinding.Address': address });
  const projected = (address: string) => ({ 'MessagingBinding.ProjectedAddress': address });
  const refusal = (status: number, code: number) => ({ status, json: { code } });
  const sidOf = (answer: { json: unknown }): string => Object(answer.json).sid;

  describe('a participant', () => {
    it('of each kind is stored and shown as documented, and found by SID', async () => {
      const { add, participants } = await make();
      const [one, two, three, four, proxy] = [number(), number(), number(), number(), number()];
      const role = { role_sid: expect.stringMatching(/^RL/) };
      const kinds: readonly (readonly [form: Record<string, string>, shown: object])[] = [
        [{ Identity: 'ada' }, { identity: 'ada', messaging_binding: null, ...role }],
        [
          direct(one, proxy),
          { identity: null, messaging_binding: { type: 'sms', address: one, proxy_address: proxy }, ...role },
        ],
        [
          direct(`whatsapp:${one}`, `whatsapp:${proxy}`),
          {
            identity: null,
            messaging_binding: { type: 'whatsapp', address: `whatsapp:${one}`, proxy_address: `whatsapp:${proxy}` },
          },
        ],
        [
          { Identity: 'bob', ...projected(two) },
          { identity: 'bob', messaging_binding: { type: 'sms', projected_address: two }, ...role },
        ],
        [phone(three), { identity: null, messaging_binding: { type: 'sms', address: three }, role_sid: null }],
      ];
      for (const [form, shown] of kinds) {
        const made = await add({ ...form, Attributes: '{"a":1}', DateCreated: '2015-12-16T22:18:37Z' });
        expect(made).toMatchObject({
          status: 201,
          json: {
            attributes: '{"a":1}',
            date_created: '2015-12-16T22:18:37Z',
            date_updated: '2015-12-16T22:18:37Z',
            last_read_message_index: null,
            last_read_timestamp: null,
            ...shown,
          },
        });
        const path = `/v1/Conversations/${Object(made.json).conversation_sid}/Participants/${sidOf(made)}`;
        expect((await server.sendAs(path)).json).toEqual(made.json);
      }
      expect(await participants.list()).toHaveLength(kinds.length);
      const other = await make();
      expect(await other.add(projected(four))).toMatchObject({
        status: 201,
        json: { identity: null, messaging_binding: { type: 'sms', projected_address: four }, role_sid: null },
      });
    });

    it('is refused with its code when it cannot be', async () => {
      const { add, participants } = await make();
      const [one, two] = [number(), number()];
      const refused: readonly (readonly [form: Record<string, string>, status: number, code: number])[] = [
        [{}, 400, 20001],
        [{ 'MessagingBinding.ProxyAddress': one }, 400, 20001],
        [{ Identity: 'ada', ...phone(one) }, 400, 20001],
        [{ ...phone(one), ...projected(two) }, 400, 20001],
        [direct('5551234567', two), 400, 50407],
        [direct(`+${'1'.repeat(20)}`, two), 400, 50407],
        [direct(`whatsapp:${one}0x`, two), 400, 50407],
        [phone('+442071838750'), 400, 50407],
        [projected('+442071838750'), 400, 50407],
        [direct(one, 'no number'), 400, 50408],
        [direct(one, `whatsapp:${two}`), 400, 50408],
        [direct(one, one), 400, 50409],
        [{ Identity: 'ada', RoleSid: `RL${UNKNOWN}` }, 404, 50109],
        [{ Identity: 'ada', DateCreated: 'soon' }, 400, 20001],
        [{ Identity: 'ada', 'MessagingBinding.ProxyAddressFallback': one }, 400, 20001],
      ];
      for (const [form, status, code] of refused) {
        expect(await add(form), JSON.stringify(form)).toMatchObject(refusal(status, code));
      }
      expect(await add({})).toMatchObject({ json: { message: 'Identity not provided' } });
      expect(await participants.list()).toEqual([]);
    });

    it('by address is one of few, each number pair in one open conversation', async () => {
      const first = await make();
      const second = await make();
      const pair = direct(number(), number());
      const added = await first.add(pair);
      const taken = {
        status: 409,
        json: {
          code: 50416,
          message: `A binding for this participant and proxy address already exists in Conversation ${first.sid}`,
        },
      };
      expect(await second.add(pair)).toMatchObject(taken);
      expect(await first.add(pair)).toMatchObject(taken);
      expect(await first.add(direct(pair['MessagingBinding.Address'], number()))).toMatchObject({ status: 201 });
      expect(await first.add(direct(number(), number()))).toMatchObject({ status: 201 });
      expect(await first.add(direct(number(), number()))).toMatchObject(refusal(403, 50422));
      expect(await first.add({ Identity: 'ada' })).toMatchObject({ status: 201 });

      await first.participants(sidOf(added)).remove();
      expect(await second.add(pair)).toMatchObject({ status: 201 });
      await api()(second.sid).update({ state: 'closed' });
      expect(await first.add(pair)).toMatchObject({ status: 201 });
      await api()(first.sid).remove();
      const third = await make();
      expect(await third.add(pair)).toMatchObject({ status: 201 });
      // What the closed one still shows of it is no longer its own.
      expect(JSON.stringify(await api()(second.sid).participants.list())).toContain(pair['MessagingBinding.Address']);
      expect(await first.add(pair)).toMatchObject({ status: 404 });
    });

    it('gets another proxy address, which frees the old pair; not who has no address', async () => {
      const { add, update } = await make();
      const [address, one, two] = [number(), number(), number()];
      const sid = sidOf(await add(direct(address, one)));
      const chat = sidOf(await add({ Identity: 'ada' }));
      expect(await update(sid, { 'MessagingBinding.ProxyAddress': two })).toMatchObject({
        status: 200,
        json: { messaging_binding: { type: 'sms', address, proxy_address: two } },
      });
      const other = await make();
      expect(await other.add(direct(address, one))).toMatchObject({ status: 201 });
      expect(await update(sid, { 'MessagingBinding.ProxyAddress': one })).toMatchObject(refusal(409, 50416));
      expect(await update(sid, { 'MessagingBinding.ProxyAddress': address })).toMatchObject(refusal(400, 50409));
      expect(await update(chat, { 'MessagingBinding.ProxyAddress': one })).toMatchObject(refusal(400, 50441));
      expect(await update(sid, { 'MessagingBinding.ProxyAddress': 'null' })).toMatchObject({
        json: { messaging_binding: { type: 'sms', address } },
      });
    });

    it('of a Group MMS: a number becomes a person, and the set of numbers is one conversation', async () => {
      const first = await make();
      const [one, two, three] = [number(), number(), number()];
      const gateway = sidOf(await first.add(projected(one)));
      await first.add(phone(two));
      expect(await first.add(phone(two))).toMatchObject(refusal(409, 50437));
      expect(await first.add(phone(three))).toMatchObject({ status: 201 });
      expect(await first.update(gateway, { Identity: 'ada', Attributes: '{"a":1}' })).toMatchObject({
        json: { identity: 'ada', attributes: '{"a":1}', role_sid: expect.stringMatching(/^RL/) },
      });
      expect(
        (await server.client.conversations.v1.users('ada').userConversations.list()).map((row) => row.conversationSid),
      ).toContain(first.sid);
      expect(await first.add(phone(number()))).toMatchObject(refusal(403, 50436));
      expect(await first.update('ada', { Identity: 'bob' })).toMatchObject(refusal(400, 50444));

      const second = await make();
      const bob = sidOf(await second.add({ Identity: 'bob' }));
      expect(await second.update(bob, { Identity: 'ada' })).toMatchObject(refusal(400, 50444));
      await second.add(phone(two));
      await second.add(phone(three));
      const exists = {
        status: 409,
        json: {
          code: 50438,
          message: `Group MMS with given participant list already exists as Conversation ${first.sid}`,
        },
      };
      expect(await second.add(projected(one))).toMatchObject(exists);
      expect(await second.update(bob, projected(one))).toMatchObject(exists);
      await api()(first.sid).update({ state: 'closed' });
      expect(await second.update(bob, projected(one))).toMatchObject({
        json: { identity: 'bob', messaging_binding: { type: 'sms', projected_address: one } },
      });
      expect(await second.update(bob, projected('null'))).toMatchObject({ json: { messaging_binding: null } });
      const third = await make();
      const alone = sidOf(await third.add(projected(one)));
      expect(await third.update(alone, projected('null'))).toMatchObject(refusal(400, 50434));
    });

    it('has read what it is said to have read, when it is said to have', async () => {
      const { sid, add, update } = await make();
      const address = number();
      const phoneSid = sidOf(await add(direct(address, number())));
      await add({ Identity: 'ada' });
      await api()(sid).messages.create({ body: 'one' });
      for (const who of [phoneSid, 'ada']) {
        const at = '2020-01-01T00:00:00Z';
        const form = { LastReadMessageIndex: '0', LastReadTimestamp: at, DateUpdated: '2019-01-01T00:00:00Z' };
        expect(await update(who, form)).toMatchObject({
          status: 200,
          json: { last_read_message_index: 0, last_read_timestamp: at, date_updated: '2019-01-01T00:00:00Z' },
        });
        expect(await update(who, { LastReadTimestamp: '2021-01-01T00:00:00Z' })).toMatchObject({
          json: { last_read_message_index: 0, last_read_timestamp: '2021-01-01T00:00:00Z' },
        });
      }
      const sent = await api()(sid).messages.create({ body: 'two', author: 'ada' });
      expect(sent.participantSid).toMatch(/^MB/);
      expect(await api()(sid).messages.create({ body: 'three', author: address })).toMatchObject({
        participantSid: phoneSid,
      });
    });
  });

  describe('the conversations of a participant', () => {
    it('are found by identity or by address, closed ones too, by SID, page by page', async () => {
      const address = number();
      const sids: string[] = [];
      for (let made = 0; made < 3; made += 1) {
        const { sid, add } = await make({ friendlyName: `number ${made}` });
        await add({ Identity: 'searched' });
        await add(direct(address, number()));
        sids.push(sid);
      }
      await api()(sids[1] ?? '').update({ state: 'closed' });
      for (const query of [{ identity: 'searched' }, { address }]) {
        const found = await server.client.conversations.v1.participantConversations.list({ ...query, pageSize: 1 });
        expect(found.map(({ conversationSid }) => conversationSid)).toEqual([...sids].sort());
        expect(found.map(({ conversationState }) => conversationState)).toContain('closed');
        const isAddress = 'address' in query;
        expect(found[0]).toMatchObject({
          participantIdentity: isAddress ? null : 'searched',
          participantUserSid: isAddress ? null : expect.stringMatching(/^US/),
          participantMessagingBinding: isAddress ? { type: 'sms', address, proxy_address: expect.any(String) } : null,
          links: { participant: expect.stringContaining('/v1/Conversations/CH') },
        });
      }
      await api()(sids[0] ?? '').remove();
      expect(await server.client.conversations.v1.participantConversations.list({ address })).toHaveLength(2);
      for (const query of ['', 'Identity=', 'Identity=a&Address=%2B15550000000', 'Identity=a%00']) {
        expect(await server.sendAs(`/v1/ParticipantConversations?${query}`)).toMatchObject(refusal(400, 20001));
      }
      expect(await server.sendAs('/v1/ParticipantConversations?Identity=nobody')).toMatchObject({
        status: 200,
        json: { conversations: [] },
      });
    });
  });

  describe('webhooks of a conversation', () => {
    const WEBHOOK = { Target: 'webhook', 'Configuration.Url': 'https://example.com/hook' };

    it('of each target are stored, served, changed and removed, in both forms', async () => {
      const { sid } = await api().create({});
      for (const base of ['/v1', `/v1/Services/${server.chatServiceSid}`]) {
        const path = `${base}/Conversations/${sid}/Webhooks`;
        const made: readonly (readonly [form: Record<string, string | string[]>, configuration: object])[] = [
          [
            {
              ...WEBHOOK,
              'Configuration.Filters': ['onMessageAdded', 'onParticipantRemoved'],
              'Configuration.ReplayAfter': '7',
            },
            {
              url: 'https://example.com/hook',
              method: 'post',
              filters: ['onMessageAdded', 'onParticipantRemoved'],
              replay_after: 7,
            },
          ],
          [
            {
              Target: 'TRIGGER',
              'Configuration.Url': 'https://example.com',
              'Configuration.Method': 'GET',
              'Configuration.Triggers': ['help', 'ağla'],
            },
            { url: 'https://example.com', method: 'get', filters: ['help', 'ağla'], triggers: ['help', 'ağla'] },
          ],
          [{ Target: 'studio', 'Configuration.FlowSid': `FW${UNKNOWN}` }, { flow_sid: `FW${UNKNOWN}` }],
        ];
        const sids: string[] = [];
        for (const [form, configuration] of made) {
          const answer = await server.sendAs(path, { form });
          expect(answer).toMatchObject({ status: 201 });
          expect(Object(answer.json).configuration).toEqual(configuration);
          sids.push(sidOf(answer));
          expect((await server.sendAs(`${path}/${sidOf(answer)}`)).json).toEqual(answer.json);
        }
        const changed = await server.sendAs(`${path}/${sids[0]}`, {
          form: { 'Configuration.Url': 'https://example.com/new', 'Configuration.Filters': 'onMessageRemoved' },
        });
        expect(changed.json).toMatchObject({
          target: 'webhook',
          configuration: {
            url: 'https://example.com/new',
            method: 'post',
            filters: ['onMessageRemoved'],
            replay_after: 7,
          },
        });
        const list = Object((await server.sendAs(`${path}?PageSize=2`)).json);
        expect(list.webhooks.map((one: { sid: string }) => one.sid)).toEqual(sids.slice(0, 2));
        expect(Object((await server.sendAs(list.meta.next_page_url)).json).webhooks).toMatchObject([{ sid: sids[2] }]);
        for (const one of sids) {
          expect(await server.sendAs(`${path}/${one}`, { method: 'DELETE' })).toMatchObject({ status: 204 });
          expect(await server.sendAs(`${path}/${one}`)).toMatchObject(refusal(404, 20404));
        }
      }
    });

    it('are refused with their codes, are five at most, and none is made when a conversation is closed', async () => {
      const { sid } = await api().create({});
      const path = `/v1/Conversations/${sid}/Webhooks`;
      const refused: readonly (readonly [form: Record<string, string | string[]>, code: number])[] = [
        [{}, 50368],
        [{ ...WEBHOOK, Target: 'pigeon' }, 50364],
        [WEBHOOK, 50370],
        [{ ...WEBHOOK, 'Configuration.Filters': 'onMessageAdd' }, 50365],
        [{ ...WEBHOOK, Target: 'trigger' }, 50371],
        [{ ...WEBHOOK, Target: 'trigger', 'Configuration.Triggers': '' }, 50366],
        [{ ...WEBHOOK, Target: 'trigger', 'Configuration.Triggers': 'x'.repeat(249) }, 50366],
        [{ Target: 'studio' }, 50367],
        [{ Target: 'studio', 'Configuration.FlowSid': 'FW1' }, 50367],
        [{ Target: 'webhook', 'Configuration.Filters': 'onMessageAdded' }, 20001],
        [{ ...WEBHOOK, 'Configuration.Url': 'ftp://example.com', 'Configuration.Filters': 'onMessageAdded' }, 20001],
        [{ ...WEBHOOK, 'Configuration.Filters': 'onMessageAdded', 'Configuration.Triggers': 'help' }, 20001],
        [{ ...WEBHOOK, 'Configuration.Filters': 'onMessageAdded', 'Configuration.Method': 'put' }, 20001],
        [{ ...WEBHOOK, 'Configuration.Filters': 'onMessageAdded', 'Configuration.ReplayAfter': '-1' }, 20001],
      ];
      for (const [form, code] of refused) {
        expect(await server.sendAs(path, { form }), JSON.stringify(form)).toMatchObject(refusal(400, code));
      }
      const good = { ...WEBHOOK, 'Configuration.Filters': 'onMessageAdded' };
      for (let made = 0; made < 5; made += 1) {
        expect(await server.sendAs(path, { form: good })).toMatchObject({ status: 201 });
      }
      expect(await server.sendAs(path, { form: good })).toMatchObject(refusal(400, 50361));
      expect(Object((await server.sendAs(path)).json)).toMatchObject({ meta: { page_size: 5, next_page_url: null } });
      await api()(sid).update({ state: 'closed' });
      expect(await server.sendAs(path, { form: good })).toMatchObject(refusal(400, 50377));
    });
  });
});
