import type twilio from 'twilio';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Client,
  type Conversation,
  connect,
  type Message,
  nextEvent,
  SDKS,
} from '../../../conformance/support/sdk.ts';
import { type Confab, startConfab } from '../src/index.ts';
import { clientFor } from './support/rest-server.ts';

let confab: Confab;
let rest: twilio.Twilio;
let clients: Client[];
beforeEach(async () => {
  confab = await startConfab();
  rest = clientFor(confab.url, confab.accountSid, confab.authToken);
  clients = [];
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.shutdown()));
  await confab.stop();
});

describe.each(SDKS)('receipts, with $name', (sdk) => {
  test('tell who has a message once their client has acknowledged it', async () => {
    const quick = await startConfab({ limitOverrides: { deliveredHorizonMs: 1 } });
    try {
      const helper = clientFor(quick.url, quick.accountSid, quick.authToken);
      const { sid } = await helper.conversations.v1.conversations.create();
      const remote = helper.conversations.v1.conversations(sid);
      for (const identity of ['ada', 'ben', 'cleo']) await remote.participants.create({ identity });
      const ada = await connect(sdk, quick, 'ada');
      const ben = await connect(sdk, quick, 'ben');
      clients.push(ada, ben);
      await Promise.all([ada, ben].map((client) => client.getConversationBySid(sid)));
      const heard = nextEvent<Message>(ben, 'messageAdded');
      const message = await remote.messages.create({ body: 'x', author: 'ada' });
      await heard;
      const statuses = async () =>
        (await remote.messages(message.sid).deliveryReceipts.list()).map(({ status }) => status);
      // Of ben, and of cleo, who has no client.
      await expect.poll(statuses).toEqual(['delivered', 'sent']);
      expect((await remote.messages(message.sid).fetch()).delivery).toMatchObject({ total: 2, delivered: 'some' });
      const conversation = await ben.getConversationBySid(sid);
      await conversation.setAllMessagesRead();
      await expect.poll(statuses).toEqual(['read', 'sent']);
    } finally {
      await Promise.all(clients.splice(0).map((client) => client.shutdown()));
      await quick.stop();
    }
  });
});

describe.each(SDKS)('over the rate, $name', (sdk) => {
  test('is refused with 429, and the metrics tell', async () => {
    const limited = await startConfab({ limitOverrides: { conversationChangesPerSecond: 1 } });
    try {
      const client = await connect(sdk, limited, 'ada');
      clients.push(client);
      const conversation = await client.createConversation();
      const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => conversation.join()));
      const refused = outcomes.filter((one) => one.status === 'rejected' && one.reason.status === 429);
      expect(refused[0]).toMatchObject({ reason: { body: { status: 429, code: 20429 } } });
      const authorization = `Basic ${btoa(`${limited.accountSid}:${limited.authToken}`)}`;
      const metrics = await (await fetch(`${limited.url}/metrics`, { headers: { authorization } })).text();
      expect(metrics).toContain(`confab_changes_refused_total{per="conversation"} ${refused.length}`);
    } finally {
      await limited.stop();
    }
  });
});

describe.each(SDKS)('what is done over REST reaches $name', (sdk) => {
  async function start(identity: string, service = confab.chatServiceSid): Promise<Client> {
    const client = await connect(sdk, { ...confab, chatServiceSid: service }, identity);
    clients.push(client);
    return client;
  }

  /** A client whose user has a conversation with one message, and both open. */
  async function startInConversation(identity: string) {
    const { sid } = await rest.conversations.v1.conversations.create({ friendlyName: 'Before' });
    const remote = rest.conversations.v1.conversations(sid);
    await remote.participants.create({ identity });
    const message = await remote.messages.create({ body: 'before' });
    const client = await start(identity);
    const conversation = await client.getConversationBySid(sid);
    await conversation.getMessages();
    return { client, conversation, remote, messageSid: message.sid };
  }

  test('conversation, message and participant change', async () => {
    const { client, conversation, remote, messageSid } = await startInConversation('ada');

    const renamed = nextEvent<{ conversation: Conversation }>(client, 'conversationUpdated');
    await remote.update({ friendlyName: 'After', attributes: '{"colour":"green"}' });
    expect((await renamed).conversation).toMatchObject({ friendlyName: 'After', attributes: { colour: 'green' } });

    const edited = nextEvent<{ message: Message; updateReasons: string[] }>(client, 'messageUpdated');
    await remote.messages(messageSid).update({ body: 'edited', attributes: '{"a":1}' });
    const { message, updateReasons } = await edited;
    expect(message).toMatchObject({ sid: messageSid, body: 'edited', attributes: { a: 1 } });
    expect(updateReasons).toEqual(expect.arrayContaining(['body', 'attributes']));

    const me = await conversation.getParticipantByIdentity('ada');
    const changed = nextEvent<{ participant: unknown }>(client, 'participantUpdated');
    await remote.participants('ada').update({ attributes: '{"seat":2}' });
    expect((await changed).participant).toMatchObject({ sid: me?.sid, attributes: { seat: 2 } });

    const removed = nextEvent<Message>(client, 'messageRemoved');
    await remote.messages(messageSid).remove();
    expect(await removed).toMatchObject({ sid: messageSid });
    expect((await conversation.getMessages()).items).toEqual([]);
  });

  test('history is imported with its authors and times, and put right', async () => {
    const { client, conversation, remote } = await startInConversation('ada');
    const written = new Date('2019-02-03T04:05:06Z');
    const added = nextEvent<Message>(client, 'messageAdded');
    const { sid } = await remote.messages.create({ body: 'old', author: 'ada', dateCreated: written, subject: 'Then' });
    const participantSid = (await conversation.getParticipantByIdentity('ada'))?.sid;
    expect(await added).toMatchObject({ sid, index: 1, author: 'ada', participantSid, subject: 'Then' });
    expect([(await added).dateCreated, (await added).dateUpdated]).toEqual([written, written]);
    await expect.poll(() => conversation.lastMessage).toMatchObject({ index: 1, dateCreated: written });

    const later = new Date('2020-01-01T00:00:00Z');
    const edited = nextEvent<{ message: Message }>(client, 'messageUpdated');
    await remote.messages(sid).update({ author: 'bot', subject: 'Now', dateCreated: later, dateUpdated: later });
    const { message } = await edited;
    expect(message).toMatchObject({ sid, author: 'bot', body: 'old', subject: 'Now', lastUpdatedBy: 'system' });
    expect([message.dateCreated, message.dateUpdated]).toEqual([later, later]);
    await expect.poll(() => conversation.lastMessage?.dateCreated).toEqual(later);
  });

  test('the read horizon moves', async () => {
    const { client, conversation, remote } = await startInConversation('ada');
    expect(await conversation.getUnreadMessagesCount()).toBeNull();
    const read = new Promise<void>((resolve) => {
      client.on('conversationUpdated', ({ updateReasons }) => {
        if (updateReasons.includes('lastReadMessageIndex')) resolve();
      });
    });
    await remote.participants('ada').update({ lastReadMessageIndex: 0 });
    await read;
    expect(conversation.lastReadMessageIndex).toBe(0);
  });

  test('a conversation of the user is muted, read, and left', async () => {
    const { client, conversation } = await startInConversation('ada');
    const mine = rest.conversations.v1.users('ada').userConversations(conversation.sid);
    const reasons = new Set<string>();
    const updated = new Promise<void>((resolve) => {
      client.on('conversationUpdated', ({ updateReasons }) => {
        for (const reason of updateReasons) reasons.add(reason);
        if (reasons.has('notificationLevel') && reasons.has('lastReadMessageIndex')) resolve();
      });
    });
    await mine.update({ notificationLevel: 'muted', lastReadMessageIndex: 0 });
    await updated;
    expect(conversation).toMatchObject({ notificationLevel: 'muted', lastReadMessageIndex: 0 });

    const left = nextEvent<Conversation>(client, 'conversationLeft');
    const removed = nextEvent<Conversation>(client, 'conversationRemoved');
    await mine.remove();
    expect((await left).sid).toBe(conversation.sid);
    expect((await removed).sid).toBe(conversation.sid);
  });

  test('the user is renamed', async () => {
    const client = await start('ada');
    const renamed = nextEvent<{ user: unknown; updateReasons: string[] }>(client, 'userUpdated');
    await rest.conversations.v1.users('ada').update({ friendlyName: 'Ada L.' });
    const { user, updateReasons } = await renamed;
    expect(user).toMatchObject({ identity: 'ada', friendlyName: 'Ada L.' });
    expect(updateReasons).toContain('friendlyName');
    expect(client.user.friendlyName).toBe('Ada L.');
  });

  test('a service role without createConversation: the next create is refused with 403', async () => {
    const client = await start('ada');
    await client.createConversation({ friendlyName: 'While it may' });
    const { roleSid } = await rest.conversations.v1.users('ada').fetch();
    await rest.conversations.v1.roles(roleSid).update({ permission: ['joinConversation', 'editOwnUserInfo'] });
    await expect(client.createConversation({ friendlyName: 'No longer' })).rejects.toMatchObject({
      status: 403,
      body: { code: 50107 },
    });
    expect(await rest.conversations.v1.conversations.list()).toHaveLength(1);
    const admin = (await rest.conversations.v1.roles.list()).find(
      ({ friendlyName }) => friendlyName === 'service admin',
    );
    await rest.conversations.v1.users('ada').update({ roleSid: admin?.sid ?? '' });
    expect((await client.createConversation({ friendlyName: 'Again' })).friendlyName).toBe('Again');
  });

  test('the default roles are replaced: who is connected gives the new ones', async () => {
    const client = await start('ada');
    const conversation = await client.createConversation({ friendlyName: 'Ours' });
    const service = rest.conversations.v1.services(confab.chatServiceSid);
    const permission = ['sendMessage', 'leaveConversation', 'addParticipant'];
    const made = await service.roles.create({ friendlyName: 'ours', type: 'conversation', permission });
    const before = await service.configuration().fetch();
    await service
      .configuration()
      .update({ defaultConversationRoleSid: made.sid, defaultConversationCreatorRoleSid: made.sid });
    for (const old of [before.defaultConversationRoleSid, before.defaultConversationCreatorRoleSid]) {
      await service.roles(old).remove();
    }
    await conversation.join();
    await conversation.add('ben');
    const participants = await service.conversations(conversation.sid).participants.list();
    expect(participants.map(({ identity, roleSid }) => [identity, roleSid])).toEqual([
      ['ada', made.sid],
      ['ben', made.sid],
    ]);
  });

  test('a key is revoked: the connection goes, and its token is refused', async () => {
    const client = await start('ada');
    const denied = stateOf(client, 'denied');
    await rest.iam.v1.apiKey(confab.apiKey).remove();
    await denied;
    expect(await sessions()).toEqual([]);
    await expect(start('ben')).rejects.toThrow();
  });

  test('a user is deleted: their session ends', async () => {
    const { client, remote } = await startInConversation('ada');
    const other = await start('ben');
    const user = rest.conversations.v1.users((await rest.conversations.v1.users('ada').fetch()).sid);
    const denied = stateOf(client, 'denied');
    await user.remove();
    await denied;
    expect(await sessions()).toMatchObject([{ identity: 'ben' }]);
    expect(other.connectionState).toBe('connected');
    expect(await remote.participants.list()).toEqual([]);
    await expect(user.fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
  });

  test('a service is deleted: its sockets are closed, those of others are not', async () => {
    const { sid } = await rest.conversations.v1.services.create({ friendlyName: 'Short-lived' });
    const inIt = await start('ada', sid);
    const elsewhere = await start('ada');
    const denied = stateOf(inIt, 'denied');
    await rest.conversations.v1.services(sid).remove();
    await denied;
    expect(await sessions()).toMatchObject([{ chat_service_sid: confab.chatServiceSid }]);
    expect(elsewhere.connectionState).toBe('connected');
    await expect(rest.conversations.v1.services(sid).fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
  });

  test('the account is suspended: all sockets are closed, and its credentials are refused', async () => {
    const all = [await start('ada'), await start('ben')];
    const denied = all.map((client) => stateOf(client, 'denied'));
    expect(await rest.api.v2010.accounts(confab.accountSid).update({ status: 'suspended' })).toMatchObject({
      status: 'suspended',
    });
    await Promise.all(denied);
    await expect(rest.conversations.v1.services.list()).rejects.toMatchObject({ status: 401, code: 20003 });
  });

  test('a session is ended by its operator: that one only', async () => {
    const client = await start('ada');
    const other = await start('ben');
    const listed = await sessions();
    expect(listed).toMatchObject([
      { identity: 'ada', user_sid: expect.stringMatching(/^US/), api_key_sid: confab.apiKey },
      { identity: 'ben', account_sid: confab.accountSid, chat_service_sid: confab.chatServiceSid },
    ]);
    expect(await sessions('?Identity=ben')).toEqual([listed[1]]);
    expect(await sessions('?Identity=nobody')).toEqual([]);

    const gone = stateOf(client, 'disconnected');
    const answer = await fetch(`${confab.url}/confab/v1/Sessions/End`, {
      method: 'POST',
      headers: { authorization: authorization() },
      body: new URLSearchParams({ Identity: 'ada' }),
    });
    expect(await answer.json()).toEqual({ ended: 1 });
    await gone;
    expect(await sessions()).toEqual([listed[1]]);
    expect(other.connectionState).toBe('connected');
  });
});

/** Resolves when the client is in the state. */
function stateOf(client: Client, wanted: string): Promise<void> {
  return new Promise((resolve) => {
    client.on('connectionStateChanged', (state) => {
      if (state === wanted) resolve();
    });
  });
}

function authorization(): string {
  return `Basic ${Buffer.from(`${confab.accountSid}:${confab.authToken}`).toString('base64')}`;
}

async function sessions(query = ''): Promise<unknown[]> {
  const answer = await fetch(`${confab.url}/confab/v1/Sessions${query}`, {
    headers: { authorization: authorization() },
  });
  const body: unknown = await answer.json();
  return typeof body === 'object' && body !== null && 'sessions' in body && Array.isArray(body.sessions)
    ? body.sessions
    : [];
}
