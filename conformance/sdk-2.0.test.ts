import { Client } from '@twilio/conversations-2.0';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Confab, startConfab } from '../packages/confab/src/index.ts';
import { eventually, heard } from './sdk/heard.ts';

type Conversation = Awaited<ReturnType<Client['createConversation']>>;

/** This release writes identities into paths as they are (protocol 16.2). */
const IDENTITY = 'bob x/ü@y 100%';

describe('@twilio/conversations 2.0.0', () => {
  let confab: Confab;
  let alice: Client;
  let bob: Client;
  beforeAll(async () => {
    confab = await startConfab();
    [alice, bob] = await Promise.all([start('alice'), start(IDENTITY)]);
  });
  afterAll(async () => {
    await Promise.all([alice?.shutdown(), bob?.shutdown()]);
    await confab?.stop();
  });

  /** It has no event `initialized`. */
  async function start(identity: string): Promise<Client> {
    const client = new Client(await confab.token(identity), { Twilsock: { uri: confab.socketUrl } } as object);
    expect(await heard(client, 'stateChanged')).toBe('initialized');
    return client;
  }

  async function withBob(): Promise<{ alices: Conversation; bobs: Conversation }> {
    const alices = await alice.createConversation({ friendlyName: 'Old friends' });
    await alices.join();
    const joined = heard<Conversation>(bob, 'conversationJoined', ({ sid }) => sid === alices.sid);
    await alices.add(IDENTITY);
    const bobs = await joined;
    await Promise.all([alices.getMessages(1), bobs.getMessages(1)]);
    await eventually(async () => (await alices.getParticipants()).length, 2);
    return { alices, bobs };
  }

  test('messages both ways, their pages, edits and read horizons', async () => {
    const { alices, bobs } = await withBob();
    for (let n = 0; n < 25; n += 1) await (n % 2 === 0 ? alices : bobs).sendMessage(`message ${n}`);
    const last = await bobs.getMessages(10);
    const before = await last.prevPage();
    const first = await before.prevPage();
    const bodies = [first, before, last].flatMap(({ items }) => items.map(({ body }) => body));
    expect(bodies).toEqual(Array.from({ length: 25 }, (_, n) => `message ${n}`));
    expect(first.hasPrevPage).toBe(false);

    const told = heard<{ message: { body: string | null } }>(bobs, 'messageUpdated');
    const own = (await alices.getMessages(1)).items[0];
    await own?.updateBody('edited');
    expect((await told).message.body).toBe('edited');
    expect(await bobs.setAllMessagesRead()).toBe(0);
    await eventually(() => bobs.lastReadMessageIndex, 24);
  });

  test('changes of the own user', async () => {
    const seen = await alice.getUser(IDENTITY);
    await bob.user.updateFriendlyName('Bob Ü.');
    await bob.user.updateAttributes({ team: 'blue' });
    await eventually(() => [seen.friendlyName, seen.attributes], ['Bob Ü.', { team: 'blue' }]);
  });

  test('leaving, and being removed by identity', async () => {
    const { alices, bobs } = await withBob();
    // Who loses a conversation while their client still opens it gets a rejection that nobody can catch: a fault of the SDK.
    await bobs.getParticipants();
    const left = heard<Conversation>(bob, 'conversationLeft', ({ sid }) => sid === alices.sid);
    await bobs.leave();
    await left;
    const back = heard<Conversation>(bob, 'conversationJoined', ({ sid }) => sid === alices.sid);
    await alices.add(IDENTITY);
    const again = await back;
    await Promise.all([again.getMessages(1), again.getParticipants()]);
    await eventually(async () => (await alices.getParticipants()).length, 2);
    const removed = heard<{ identity: string }>(alices, 'participantLeft');
    await alices.removeParticipant(IDENTITY);
    expect((await removed).identity).toBe(IDENTITY);
  });
});
