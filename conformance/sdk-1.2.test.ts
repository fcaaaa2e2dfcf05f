import { Client } from '@twilio/conversations-1.2';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { manualClock } from '../packages/confab/src/clock.ts';
import { type Confab, startConfab } from '../packages/confab/src/index.ts';
import { eventually, heard, remembered } from './sdk/heard.ts';

type Conversation = Awaited<ReturnType<Client['createConversation']>>;
type Message = Awaited<ReturnType<Conversation['getMessages']>>['items'][number];

const IDENTITY = 'bob x/ü@y 100%';

describe('@twilio/conversations 1.2.0', () => {
  let confab: Confab;
  let alice: Client;
  let bob: Client;
  beforeAll(async () => {
    confab = await startConfab();
    [alice, bob] = await Promise.all([start(confab, 'alice'), start(confab, IDENTITY)]);
  });
  afterAll(async () => {
    await Promise.all([alice?.shutdown(), bob?.shutdown()]);
    await confab?.stop();
  });

  async function withBob(): Promise<{ alices: Conversation; bobs: Conversation }> {
    const alices = await alice.createConversation({ friendlyName: 'Oldest friends', attributes: { since: 2020 } });
    await alices.join();
    const joined = heard<Conversation>(bob, 'conversationJoined', ({ sid }) => sid === alices.sid);
    await alices.add(IDENTITY, { role: 'guest' });
    const bobs = await joined;
    await Promise.all([alices.getMessages(1), bobs.getMessages(1)]);
    await eventually(async () => (await alices.getParticipants()).length, 2);
    return { alices, bobs };
  }

  test('a conversation, its changes, and where it is found', async () => {
    const { alices, bobs } = await withBob();
    expect([bobs.friendlyName, bobs.attributes, bobs.createdBy]).toEqual(['Oldest friends', { since: 2020 }, 'alice']);
    const guest = await alices.getParticipantByIdentity(IDENTITY);
    expect(guest.attributes).toEqual({ role: 'guest' });
    await alices.updateFriendlyName('Old');
    await alices.updateAttributes({ since: 2021 });
    await alices.updateUniqueName('old friends');
    await guest.updateAttributes({ role: 'host' });
    await eventually(
      () => [bobs.friendlyName, bobs.attributes, bobs.uniqueName],
      ['Old', { since: 2021 }, 'old friends'],
    );
    await eventually(async () => (await bobs.getParticipantByIdentity(IDENTITY)).attributes, { role: 'host' });
    expect(await bob.getConversationByUniqueName('old friends')).toBe(bobs);
    expect(await bob.getConversationBySid(bobs.sid)).toBe(bobs);
    await bobs.setUserNotificationLevel('muted');
    await eventually(() => bobs.notificationLevel, 'muted');
    await alices.addNonChatParticipant('+15550001111', '+15550002222', { by: 'phone' });
    await eventually(
      async () => (await bobs.getParticipants()).map(({ type }) => type).sort(),
      ['chat', 'chat', 'sms'],
    );
    expect(await bobs.getParticipantsCount()).toBe(3);
    // A refusal is an error with the status and the message that newer SDKs get.
    await expect(alices.add(IDENTITY)).rejects.toMatchObject({ code: 409, message: 'Participant already exists' });
    const gone = heard<Conversation>(bob, 'conversationRemoved', ({ sid }) => sid === bobs.sid);
    await alices.delete();
    await gone;
  });

  test('messages both ways, their pages, changes and read horizons', async () => {
    const { alices, bobs } = await withBob();
    const told = remembered<Message>(bobs, 'messageAdded');
    for (let n = 0; n < 25; n += 1) {
      expect(await (n % 2 === 0 ? alices : bobs).sendMessage(`message ${n}`, { n })).toBe(n);
    }
    await eventually(() => told.map(({ index }) => index), range(25));
    const last = await bobs.getMessages(10);
    const before = await last.prevPage();
    const first = await before.prevPage();
    const bodies = [first, before, last].flatMap(({ items }) => items.map(({ body }) => body));
    expect(bodies).toEqual(range(25).map((n) => `message ${n}`));
    expect([first.hasPrevPage, (await first.nextPage()).items.map(({ index }) => index)]).toEqual([
      false,
      before.items.map(({ index }) => index),
    ]);
    expect(last.items.at(-1)).toMatchObject({ author: 'alice', attributes: { n: 24 }, type: 'text' });

    expect([await bobs.getMessagesCount(), await bobs.getUnreadMessagesCount()]).toEqual([25, null]);
    // Reported together, and answered for each conversation.
    const another = await withBob();
    await another.alices.sendMessage('hello');
    const reported = await Promise.all([bobs.updateLastReadMessageIndex(9), another.bobs.setAllMessagesRead()]);
    expect(reported).toEqual([15, 0]);
    await eventually(() => bobs.lastReadMessageIndex, 9);
    await eventually(() => bobs.getUnreadMessagesCount(), 15);
    await eventually(async () => (await alices.getParticipantByIdentity(IDENTITY)).lastReadMessageIndex, 9);

    const [own] = (await alices.getMessages(1)).items;
    const [seen] = (await bobs.getMessages(1)).items;
    await own?.updateBody('edited');
    await own?.updateAttributes({ n: 'edited' });
    await eventually(() => [seen?.body, seen?.attributes], ['edited', { n: 'edited' }]);
    const removed = heard<Message>(bobs, 'messageRemoved');
    await own?.remove();
    expect((await removed).index).toBe(24);
    await expect(seen?.updateBody('too late')).rejects.toMatchObject({ code: 404 });
  });

  test('users, typing and devices', async () => {
    const { alices, bobs } = await withBob();
    const seen = await alice.getUser(IDENTITY);
    await bob.user.updateFriendlyName('Bob Ü.');
    await bob.user.updateAttributes({ team: 'blue' });
    await eventually(() => [seen.friendlyName, seen.attributes], ['Bob Ü.', { team: 'blue' }]);
    const types = heard<{ identity: string }>(alices, 'typingStarted');
    await bobs.typing();
    expect((await types).identity).toBe(IDENTITY);
    await bob.setPushRegistrationId('fcm', 'old phone');
    await eventually(devices, ['fcm old phone']);
    await bob.setPushRegistrationId('fcm', 'new phone');
    await eventually(devices, ['fcm new phone']);
  });

  test('leaving, and being removed by identity and by SID', async () => {
    const { alices, bobs } = await withBob();
    const ways = [
      () => bobs.leave(),
      () => alices.removeParticipant(IDENTITY),
      async () => alices.removeParticipant(await alices.getParticipantByIdentity(IDENTITY)),
    ];
    for (const [n, way] of ways.entries()) {
      if (n > 0) {
        const joined = heard<Conversation>(bob, 'conversationJoined', ({ sid }) => sid === alices.sid);
        await alices.add(IDENTITY);
        // What the SDK cannot open because its user was removed meanwhile, it rejects where nobody listens.
        const again = await joined;
        await Promise.all([again.getMessages(1), again.getParticipants()]);
        await eventually(async () => (await alices.getParticipants()).length, 2);
      }
      const left = heard<Conversation>(bob, 'conversationLeft', ({ sid }) => sid === alices.sid);
      const told = heard<{ identity: string }>(alices, 'participantLeft');
      await way();
      await left;
      expect((await told).identity).toBe(IDENTITY);
    }
  });

  test('a lost connection: it misses nothing, and goes on with a new session, also with many commands at once', async () => {
    const { alices, bobs } = await withBob();
    const told = remembered<Message>(bobs, 'messageAdded');
    await alices.sendMessage('before');
    await eventually(() => told.length, 1);
    const back = heard(bob, 'connectionStateChanged', (state) => state === 'connected');
    expect(confab.connections.drop({ identity: IDENTITY })).toBe(1);
    // More than one event of the replay waits for the socket at once.
    for (let n = 0; n < 10; n += 1) await alices.sendMessage(`meanwhile ${n}`);
    await back;
    const sent = await Promise.all(range(20).map((n) => bobs.sendMessage(`after ${n}`)));
    expect(sent).toEqual(range(20).map((n) => n + 11));
    await eventually(() => told.map(({ index }) => index), range(31));
    expect(told.slice(0, 11).map(({ body }) => body)).toEqual(['before', ...range(10).map((n) => `meanwhile ${n}`)]);
    await bobs.sendMessage('goes on');
    await eventually(() => told.at(-1)?.body, 'goes on');
  });

  test('tokens: told in time, renewed, and taken again after the end of one', async () => {
    const clock = manualClock(Date.now());
    const server = await startConfab({ parts: { clock } });
    onTestFinished(() => server.stop());
    const client = await start(server, 'over', 600);
    await client.getSubscribedConversations();
    const about = heard(client, 'tokenAboutToExpire');
    // In steps between which the client is heard: one that is silent for longer would be dropped.
    for (let n = 0; n < 11; n += 1) {
      clock.advance(40_000);
      await client.user.updateAttributes({ n });
    }
    await about;
    await client.updateToken(await server.token('over', { ttl: 600 }));
    const renewed = new Promise((resolve) => {
      client.once('tokenExpired', () => resolve(server.token('over').then((token) => client.updateToken(token))));
    });
    clock.advance(600_000);
    expect(await renewed).toBe(client);
    await eventually(() => client.connectionState, 'connected');
    expect((await client.createConversation({ friendlyName: 'Back' })).friendlyName).toBe('Back');
    await client.shutdown();
  });

  async function devices(): Promise<string[]> {
    const authorization = `Basic ${btoa(`${confab.accountSid}:${confab.authToken}`)}`;
    const path = `/v1/Services/${confab.chatServiceSid}/Bindings?Identity=${encodeURIComponent(IDENTITY)}`;
    const response = await fetch(confab.url + path, { headers: { authorization } });
    const { bindings } = (await response.json()) as { bindings: { binding_type: string; endpoint: string }[] };
    return bindings.map(({ binding_type, endpoint }) => `${binding_type} ${endpoint}`);
  }
});

async function start(server: Confab, identity: string, ttl = 3600): Promise<Client> {
  return Client.create(await server.token(identity, { ttl }), { Twilsock: { uri: server.socketUrl } });
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}
