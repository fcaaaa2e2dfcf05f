import type twilio from 'twilio';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Client, type Conversation, connect, nextEvent, SDKS } from '../../../conformance/support/sdk.ts';
import { type ManualClock, manualClock } from '../src/clock.ts';
import { type Confab, startConfab } from '../src/index.ts';
import { clientFor } from './support/rest-server.ts';

/** No client is found silent while the clock jumps. */
const HOUR_MS = 3_600_000;

let confab: Confab;
let clock: ManualClock;
let rest: twilio.Twilio;
let clients: Client[];
beforeEach(async () => {
  clock = manualClock(Date.now());
  confab = await startConfab({ parts: { clock }, limitOverrides: { keepalivePingMs: HOUR_MS } });
  rest = clientFor(confab.url, confab.accountSid, confab.authToken);
  clients = [];
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.shutdown()));
  await confab.stop();
});

describe.each(SDKS)('what becomes of a conversation reaches $name', (sdk) => {
  async function start(identity: string): Promise<Client> {
    const client = await connect(sdk, confab, identity);
    clients.push(client);
    return client;
  }

  async function startInConversation(identity: string, params: object = {}) {
    const { sid } = await rest.conversations.v1.conversations.create({ friendlyName: 'Before', ...params });
    const remote = rest.conversations.v1.conversations(sid);
    await remote.participants.create({ identity });
    const client = await start(identity);
    return { client, conversation: await client.getConversationBySid(sid), remote, sid };
  }

  /** The next change of the conversation that tells of its state. */
  function stateChange(client: Client): Promise<Conversation> {
    return new Promise((resolve) => {
      client.on('conversationUpdated', ({ conversation, updateReasons }) => {
        if (updateReasons.includes('state')) resolve(conversation);
      });
    });
  }

  test('deleted over REST: left and removed once, and the client goes on', async () => {
    const { client, conversation, remote } = await startInConversation('ada');
    // Until it is subscribed to all of it, a client may learn first that the channel is gone, and that it has left not at all.
    const heard = nextEvent(client, 'messageAdded');
    await conversation.sendMessage('last words');
    await heard;
    await conversation.getParticipants();
    const removed: string[] = [];
    client.on('conversationLeft', ({ sid }) => removed.push(`left ${sid}`));
    client.on('conversationRemoved', ({ sid }) => removed.push(`removed ${sid}`));
    await remote.remove();
    const joined = nextEvent<Conversation>(client, 'conversationJoined');
    const next = await rest.conversations.v1.conversations.create({ friendlyName: 'Next' });
    await rest.conversations.v1.conversations(next.sid).participants.create({ identity: 'ada' });
    expect((await joined).sid).toBe(next.sid);
    expect(removed).toEqual([`left ${conversation.sid}`, `removed ${conversation.sid}`]);
    expect((await client.getSubscribedConversations()).items.map(({ sid }) => sid)).toEqual([next.sid]);
    await expect(client.getConversationBySid(conversation.sid)).rejects.toThrow();
  });

  test('deleted by its creator from the SDK, who needs the right to it', async () => {
    const ada = await start('ada');
    const conversation = await ada.createConversation({ friendlyName: 'Mine', uniqueName: 'mine' });
    await conversation.join();
    const bob = await start('bob');
    const added = nextEvent<Conversation>(bob, 'conversationJoined');
    await conversation.add('bob');
    const other = await added;
    await expect(other.delete()).rejects.toMatchObject({ status: 403, body: { code: 50107 } });
    const gone = [ada, bob].map((client) => nextEvent<Conversation>(client, 'conversationRemoved'));
    await conversation.delete();
    expect((await Promise.all(gone)).map(({ sid }) => sid)).toEqual([conversation.sid, conversation.sid]);
    await ada.createConversation({ uniqueName: 'mine' });
  });

  test('deleted while its creator only looks at it', async () => {
    const ada = await start('ada');
    const conversation = await ada.createConversation({ friendlyName: 'Unjoined' });
    const updated = new Promise((resolve) => conversation.on('updated', resolve));
    const remote = rest.conversations.v1.conversations(conversation.sid);
    await remote.update({ friendlyName: 'Seen' });
    await updated;
    const gone = nextEvent<Conversation>(ada, 'conversationRemoved');
    await remote.remove();
    expect((await gone).sid).toBe(conversation.sid);
  });

  test('inactive, active again by a message, and closed', async () => {
    const { client, conversation, remote } = await startInConversation('ada');
    const inactive = stateChange(client);
    await remote.update({ state: 'inactive' });
    expect((await inactive).state?.current).toBe('inactive');
    const active = stateChange(client);
    await conversation.sendMessage('still here');
    expect((await active).state?.current).toBe('active');
    const closed = stateChange(client);
    await remote.update({ state: 'closed' });
    expect((await closed).state?.current).toBe('closed');
    await expect(conversation.sendMessage('too late')).rejects.toMatchObject({ body: { code: 50377 } });
    await expect(conversation.updateFriendlyName('x')).rejects.toMatchObject({ body: { code: 50377 } });
    expect((await conversation.getMessages()).items.map(({ body }) => body)).toEqual(['still here']);
  });

  test('with participants who are reached by an address', async () => {
    const ada = await start('ada');
    const conversation = await ada.createConversation({ friendlyName: 'Mine' });
    await conversation.join();
    // Who is in already when the roster is read first does not join.
    await conversation.getParticipants();
    const joins: (string | null)[] = [];
    const twoJoined = new Promise<void>((resolve) => {
      conversation.on('participantJoined', ({ type }) => {
        if (type !== 'chat' && joins.push(type) === 2) resolve();
      });
    });
    const made = await conversation.addNonChatParticipant('+15005550006', '+15005550001', { seat: 1 });
    expect(made).toMatchObject({
      identity: null,
      role_sid: expect.stringMatching(/^RL/),
      messaging_binding: { type: 'sms', address: '+15005550001', proxy_address: '+15005550006' },
    });
    const remote = rest.conversations.v1.conversations(conversation.sid);
    await remote.participants.create({
      'messagingBinding.address': 'whatsapp:+15005550001',
      'messagingBinding.proxyAddress': 'whatsapp:+15005550006',
    });
    await twoJoined;
    expect(joins.toSorted()).toEqual(['sms', 'whatsapp']);
    const [phone] = (await conversation.getParticipants()).filter(({ type }) => type === 'sms');
    expect(phone).toMatchObject({ identity: null, attributes: { seat: 1 } });
    const changed = nextEvent<{ participant: unknown }>(ada, 'participantUpdated');
    await remote.participants(phone?.sid ?? '').update({ attributes: '{"seat":2}' });
    expect((await changed).participant).toMatchObject({ sid: phone?.sid, attributes: { seat: 2 } });
    const left = nextEvent<{ sid: string }>(ada, 'participantLeft');
    await conversation.removeParticipant(phone?.sid ?? '');
    expect((await left).sid).toBe(phone?.sid);
    await expect(conversation.addNonChatParticipant('+15005550006', 'nobody')).rejects.toMatchObject({
      status: 400,
      body: { code: 50407 },
    });
    const bob = await start('bob');
    const added = nextEvent<Conversation>(bob, 'conversationJoined');
    await conversation.add('bob');
    const other = await added;
    await expect(other.addNonChatParticipant('+15005550006', '+15005550002')).rejects.toMatchObject({
      status: 403,
      body: { code: 50107 },
    });
  });

  test('made with participants: they are in, and it is active', async () => {
    const client = await start('ada');
    const joined = nextEvent<Conversation>(client, 'conversationJoined');
    const { sid } = await rest.conversations.v1.conversationWithParticipants.create({
      friendlyName: 'Team',
      participant: ['{"identity": "ada"}', '{"identity": "bob"}'],
    });
    const conversation = await joined;
    expect(conversation).toMatchObject({ sid, friendlyName: 'Team' });
    await expect.poll(() => conversation.state?.current).toBe('active');
    const identities = (await conversation.getParticipants()).map(({ identity }) => identity);
    expect(identities.toSorted()).toEqual(['ada', 'bob']);
  });

  test('by its timers, which a message restarts', async () => {
    const timers = { state: 'active', 'timers.inactive': 'PT1M', 'timers.closed': 'PT10M' };
    const { client, conversation, remote } = await startInConversation('ada', timers);
    clock.advance(59_000);
    await conversation.sendMessage('one more minute');
    clock.advance(59_000);
    expect((await remote.fetch()).state).toBe('active');
    const inactive = stateChange(client);
    clock.advance(2000);
    expect((await inactive).state?.current).toBe('inactive');
    const closed = stateChange(client);
    clock.advance(600_000);
    expect((await closed).state?.current).toBe('closed');
    expect(await remote.fetch()).toMatchObject({ state: 'closed', timers: {} });
  });
});
