import { randomBytes } from 'node:crypto';
import twilio from 'twilio';
import { afterAll, describe, expect, it } from 'vitest';
import { CLIENT, startTestServer, type TestServer } from '../realtime/support.ts';
import { createDatabase, needsPostgres } from '../support/postgres.ts';
import { textAt } from '../support/raw-frames.ts';
import { type ReceivedHook, startReceiver } from './support/receiver.ts';

/** What each event tells of somebody or something that has a value for all of it (webhooks 4), without what every event tells. */
const CONVERSATION = [
  'ConversationSid',
  'DateCreated',
  'DateUpdated',
  'FriendlyName',
  'UniqueName',
  'Attributes',
  'State',
];
const MESSAGE = [
  'ConversationSid',
  'MessageSid',
  'Index',
  'DateCreated',
  'Body',
  'Author',
  'ParticipantSid',
  'Attributes',
];
const PARTICIPANT = [
  'ConversationSid',
  'ParticipantSid',
  'DateCreated',
  'Attributes',
  'RoleSid',
  'MessagingBinding.Type',
];
const IN_CHAT = [...PARTICIPANT, 'Identity'];
const BY_ADDRESS = [...PARTICIPANT, 'MessagingBinding.Address', 'MessagingBinding.ProxyAddress'];
const RECEIPT = [
  'ConversationSid',
  'MessageSid',
  'DeliveryReceiptSid',
  'ParticipantSid',
  'Status',
  'DateCreated',
  'DateUpdated',
];
const USER = ['UserSid', 'DateCreated', 'Identity', 'RoleSid', 'Attributes', 'FriendlyName'];

const POST_ACTION = [
  'onConversationAdded',
  'onConversationUpdated',
  'onConversationRemoved',
  'onConversationStateUpdated',
  'onMessageAdded',
  'onMessageUpdated',
  'onMessageRemoved',
  'onParticipantAdded',
  'onParticipantUpdated',
  'onParticipantRemoved',
  'onDeliveryUpdated',
  'onUserAdded',
  'onUserUpdated',
] as const;

/** An event, the names of its parameters beside those of every event, and some of their values. */
type Told = readonly [event: (typeof POST_ACTION)[number], names: readonly string[], values: Record<string, unknown>];

const servers: [engine: string, server: TestServer][] = [['SQLite', await startTestServer()]];
if (!needsPostgres.skip) {
  const database = await createDatabase();
  afterAll(() => database.drop());
  const masterKey = randomBytes(32).toString('hex');
  servers.push(['PostgreSQL', await startTestServer({ databaseUrl: database.url, masterKey })]);
} else describe('on PostgreSQL', needsPostgres, () => it('tells the same', () => {}));

/** Some thirty hooks, each with commits and a connection, on a machine that may be busy. */
const PATIENCE = { timeout: 30_000 };

const ATTRIBUTES = '{"a":1}';

describe.each(servers)('after each kind of change, on %s', (_engine, server) => {
  const SILENT = {};
  const ASKING = { 'X-Twilio-Webhook-Enabled': 'true' };

  async function rest(method: string, path: string, form: Record<string, string> | string[][], headers: object) {
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: { authorization: server.authorization, ...headers },
      ...(method === 'POST' && { body: new URLSearchParams(form) }),
    });
    const text = await response.text();
    expect(response.status, `${method} ${path} ${text}`).toBeLessThan(300);
    return text === '' ? undefined : JSON.parse(text);
  }

  /** Does all that an SDK can. */
  async function bySdk(): Promise<Told[]> {
    const ada = await server.login('ada');
    const ask = async (client: typeof ada, method: string, path: string, body?: unknown): Promise<unknown> => {
      const answer = await client.request(method, `${CLIENT}${path}`, body);
      expect(answer.status, `${method} ${path}`).toBeLessThan(300);
      return answer.body;
    };
    const named = { friendly_name: 'by SDK', unique_name: 'by-sdk', attributes: ATTRIBUTES };
    const sid = textAt(await ask(ada, 'POST', '/Conversations', named), 'sid');
    const at = `/Conversations/${sid}`;
    await ask(ada, 'POST', `${at}/Participants`, { identity: 'ada', attributes: ATTRIBUTES });
    const participant = textAt(await ask(ada, 'POST', `${at}/Participants`, { identity: 'ben' }), 'sid');
    const ben = await server.login('ben');
    const written = { body: 'hello', attributes: ATTRIBUTES };
    const message = textAt(await ask(ada, 'POST', `${at}/Messages`, written), 'sid');
    await ask(ada, 'POST', `${at}/Messages/${message}`, { body: 'hello, Ben' });
    await ask(ada, 'POST', at, { friendly_name: 'renamed' });
    await ask(ada, 'POST', `${at}/Participants/${participant}`, { attributes: '{"b":2}' });
    await ask(ben, 'POST', `/MyConversations/${sid}`, { last_read_message_index: 0 });
    await ask(ada, 'POST', '/Users/ada', { friendly_name: 'Ada' });
    await ask(ada, 'DELETE', `${at}/Messages/${message}`);
    await ask(ada, 'DELETE', `${at}/Participants/${participant}`);
    await ask(ada, 'DELETE', at);
    const by = (identity: string) => ({ Source: 'SDK', ClientIdentity: identity });
    const [byAda, byBen] = [by('ada'), by('ben')];
    const room = { ...byAda, ConversationSid: sid, UniqueName: 'by-sdk', Attributes: ATTRIBUTES, State: 'active' };
    const text = { ...byAda, ConversationSid: sid, MessageSid: message, Index: '0', Author: 'ada' };
    const theirs = { ConversationSid: sid, ParticipantSid: participant, Identity: 'ben' };
    return [
      ['onUserAdded', USER, { ...byAda, Identity: 'ada' }],
      ['onConversationAdded', CONVERSATION, { ...room, FriendlyName: 'by SDK' }],
      ['onParticipantAdded', IN_CHAT, { ...byAda, Identity: 'ada', Attributes: ATTRIBUTES }],
      ['onUserAdded', USER, { ...byAda, Identity: 'ben' }],
      ['onParticipantAdded', IN_CHAT, { ...byAda, ...theirs, 'MessagingBinding.Type': 'CHAT' }],
      ['onMessageAdded', MESSAGE, { ...text, Body: 'hello', Attributes: ATTRIBUTES }],
      ['onMessageUpdated', [...MESSAGE, 'DateUpdated'], { ...text, Body: 'hello, Ben' }],
      ['onConversationUpdated', CONVERSATION, { ...room, FriendlyName: 'renamed' }],
      ['onParticipantUpdated', [...IN_CHAT, 'DateUpdated'], { ...byAda, ...theirs, Attributes: '{"b":2}' }],
      [
        'onParticipantUpdated',
        [...IN_CHAT, 'DateUpdated', 'LastReadMessageIndex'],
        { ...byBen, ...theirs, LastReadMessageIndex: '0' },
      ],
      ['onDeliveryUpdated', RECEIPT, { ...byBen, MessageSid: message, ParticipantSid: participant, Status: 'read' }],
      ['onUserUpdated', [...USER, 'DateUpdated'], { ...byAda, Identity: 'ada', FriendlyName: 'Ada' }],
      ['onMessageRemoved', [...MESSAGE, 'DateUpdated', 'DateRemoved'], { ...text, Body: 'hello, Ben' }],
      ['onParticipantRemoved', [...IN_CHAT, 'DateUpdated', 'DateRemoved'], { ...byAda, ...theirs }],
      ['onConversationRemoved', [...CONVERSATION, 'DateRemoved'], { ...room, FriendlyName: 'renamed' }],
    ];
  }

  /** Does all that REST can, with names of its own. Resolves with what is told of it when it asks for that. */
  async function byRest(name: string, headers: object): Promise<{ told: Told[]; reported: Told }> {
    const ask = (method: string, path: string, form: Record<string, string> = {}) => rest(method, path, form, headers);
    const user = await ask('POST', '/v1/Users', { Identity: name, FriendlyName: name, Attributes: ATTRIBUTES });
    const { sid } = await ask('POST', '/v1/Conversations', {
      FriendlyName: name,
      UniqueName: name,
      Attributes: ATTRIBUTES,
    });
    const at = `/v1/Conversations/${sid}`;
    const inChat = await ask('POST', `${at}/Participants`, { Identity: name, Attributes: ATTRIBUTES });
    const address = { 'MessagingBinding.Address': '+15005550001', 'MessagingBinding.ProxyAddress': '+15005550002' };
    const byAddress = await ask('POST', `${at}/Participants`, { ...address, Attributes: ATTRIBUTES });
    const message = await ask('POST', `${at}/Messages`, { Author: name, Body: 'hello', Attributes: ATTRIBUTES });
    await ask('POST', `${at}/Messages/${message.sid}`, { Body: 'hello again' });
    await ask('POST', at, { FriendlyName: 'renamed' });
    await ask('POST', at, { State: 'inactive' });
    await ask('POST', `${at}/Participants/${inChat.sid}`, { LastReadMessageIndex: '0' });
    const receipts = `/confab${at}/Messages/${message.sid}/Receipts`;
    await ask('POST', receipts, {
      Participant: '+15005550001',
      Status: 'undelivered',
      ErrorCode: '30003',
      ChannelMessageSid: 'SM1',
    });
    await ask('POST', `/v1/Users/${user.sid}`, { FriendlyName: 'renamed' });
    await ask('DELETE', `${at}/Messages/${message.sid}`);
    await ask('DELETE', `${at}/Participants/${byAddress.sid}`);
    await ask('DELETE', at);

    const api = { Source: 'API' };
    const room = { ...api, ConversationSid: sid, UniqueName: name, Attributes: ATTRIBUTES };
    const text = { ...api, ConversationSid: sid, MessageSid: message.sid, Author: name, ParticipantSid: inChat.sid };
    const binding = { ConversationSid: sid, ParticipantSid: byAddress.sid, ...address, 'MessagingBinding.Type': 'SMS' };
    const STATE = ['ConversationSid', 'StateUpdated', 'StateFrom', 'StateTo', 'Reason'];
    const state = { ConversationSid: sid, StateFrom: 'active', StateTo: 'inactive', Reason: 'API' };
    const receipt = { ParticipantSid: byAddress.sid, ErrorCode: '30003', ChannelMessageSid: 'SM1', Source: undefined };
    return {
      told: [
        ['onUserAdded', USER, { ...api, UserSid: user.sid, Identity: name, Attributes: ATTRIBUTES }],
        ['onConversationAdded', CONVERSATION, { ...room, FriendlyName: name, State: 'active' }],
        ['onParticipantAdded', IN_CHAT, { ...api, ParticipantSid: inChat.sid, RoleSid: inChat.role_sid }],
        ['onParticipantAdded', BY_ADDRESS, { ...api, ...binding }],
        ['onMessageAdded', MESSAGE, { ...text, Body: 'hello', Index: '0' }],
        ['onMessageUpdated', [...MESSAGE, 'DateUpdated'], { ...text, Body: 'hello again' }],
        ['onConversationUpdated', CONVERSATION, { ...room, FriendlyName: 'renamed', State: 'active' }],
        // The state is a property like the others.
        ['onConversationUpdated', CONVERSATION, { ...room, FriendlyName: 'renamed', State: 'inactive' }],
        ['onConversationStateUpdated', STATE, { ...api, ...state }],
        [
          'onParticipantUpdated',
          [...IN_CHAT, 'DateUpdated', 'LastReadMessageIndex'],
          { ...api, LastReadMessageIndex: '0' },
        ],
        ['onUserUpdated', [...USER, 'DateUpdated'], { ...api, UserSid: user.sid, FriendlyName: 'renamed' }],
        ['onMessageRemoved', [...MESSAGE, 'DateUpdated', 'DateRemoved'], { ...text, Body: 'hello again' }],
        ['onParticipantRemoved', [...BY_ADDRESS, 'DateUpdated', 'DateRemoved'], { ...api, ...binding }],
        ['onConversationRemoved', [...CONVERSATION, 'DateRemoved'], { ...room, State: 'inactive' }],
      ],
      reported: [
        'onDeliveryUpdated',
        [...RECEIPT, 'ErrorCode', 'ChannelMessageSid'],
        { ...receipt, Status: 'undelivered' },
      ],
    };
  }

  const sorted = (events: readonly string[]) => events.toSorted();

  it('a webhook tells what is documented, of SDKs and of REST with the header, and of REST without it nothing', {
    timeout: 60_000,
  }, async () => {
    const receiver = await startReceiver();
    const url = `${receiver.url}/after?env=test`;
    const configuration = `/v1/Services/${server.chatServiceSid}/Configuration/Webhooks`;
    await rest('POST', configuration, [['PostWebhookUrl', url], ...POST_ACTION.map((one) => ['Filters', one])], SILENT);

    // What a gateway reports comes from the channel, not from the request (webhooks 2): it is told of without the header.
    const silent = await byRest('silent', SILENT);
    const asking = await byRest('asking', ASKING);
    const expected = [silent.reported, ...asking.told, asking.reported, ...(await bySdk())];
    expect(new Set(expected.map(([event]) => event))).toEqual(new Set(POST_ACTION));
    const told = ({ params }: ReceivedHook) => String(params.EventType);
    await expect
      .poll(() => sorted(receiver.received.map(told)), PATIENCE)
      .toEqual(sorted(expected.map(([event]) => event)));

    for (const [event, names, values] of expected) {
      const hook = receiver.received.find(
        (one) => told(one) === event && Object.entries(values).every(([name, value]) => one.params[name] === value),
      );
      const of = `${event} ${JSON.stringify(values)}`;
      expect.soft(hook, of).toBeDefined();
      const always = ['EventType', 'AccountSid', 'ChatServiceSid', 'RetryCount'];
      const origin = ['Source', 'ClientIdentity'].filter((name) => values[name] !== undefined);
      expect.soft(sorted(Object.keys(hook?.params ?? {})), of).toEqual(sorted([...always, ...origin, ...names]));
      expect(hook?.params).toMatchObject({
        AccountSid: server.accountSid,
        ChatServiceSid: server.chatServiceSid,
        RetryCount: '0',
      });
      for (const [name, value] of Object.entries(hook?.params ?? {})) {
        if (/^Date|^StateUpdated$/.test(name)) expect(value).toBe(new Date(value).toISOString());
      }
    }

    for (const { headers, params } of receiver.received) {
      const isValid = (given: Record<string, string>) =>
        twilio.validateRequest(server.authToken, String(headers['x-twilio-signature']), url, given);
      expect(isValid(params)).toBe(true);
      expect(isValid({ ...params, EventType: `${params.EventType}.` })).toBe(false);
    }
  });
});
