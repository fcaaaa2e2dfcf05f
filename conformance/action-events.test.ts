import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Confab, startConfab } from '../packages/confab/src/index.ts';
import { restClient } from './support/rest.ts';
import { type Client, connect, type Message, SDKS } from './support/sdk.ts';

const [sdk] = SDKS;

let confab: Confab;
let alice: Client;
let bob: Client;
/** What each client told, in order, as `event [reasons]`. */
let told: Record<'alice' | 'bob', string[]>;

beforeAll(async () => {
  confab = await startConfab();
  [alice, bob] = await Promise.all([connect(sdk, confab, 'alice'), connect(sdk, confab, 'bob')]);
  await bob.getUser('alice');
  told = { alice: record(alice), bob: record(bob) };
});
afterAll(async () => {
  await Promise.all([alice?.shutdown(), bob?.shutdown()]);
  await confab?.stop();
});

function record(client: Client): string[] {
  const list: string[] = [];
  const plain = ['conversationAdded', 'conversationJoined', 'conversationLeft', 'conversationRemoved'] as const;
  const ofParts = ['participantJoined', 'participantLeft', 'messageAdded', 'messageRemoved'] as const;
  for (const event of [...plain, ...ofParts]) client.on(event, () => list.push(event));
  const updates = ['conversationUpdated', 'participantUpdated', 'messageUpdated', 'userUpdated'] as const;
  const noteUpdate =
    (event: string) =>
    ({ updateReasons }: { updateReasons: string[] }) =>
      void list.push(`${event} ${[...updateReasons].sort().join(' ')}`);
  for (const event of updates) client.on(event, noteUpdate(event) as never);
  return list;
}

let marks = 0;

/** Does something, and checks that each of the two tells this of it, in this order, and nothing else. */
async function tells(action: () => Promise<unknown>, expected: { alice?: string[]; bob?: string[] }): Promise<void> {
  const [alices, bobs] = [expected.alice ?? [], expected.bob ?? []];
  told.alice.length = 0;
  told.bob.length = 0;
  await action();
  await vi.waitFor(() => expect(told).toEqual({ alice: alices, bob: bobs }), { timeout: 15_000, interval: 20 });
  // What comes after all that was caused.
  marks += 1;
  await alice.user.updateAttributes({ marks });
  const mark = 'userUpdated attributes';
  const marked = { alice: [...alices, mark], bob: [...bobs, mark] };
  await vi.waitFor(() => expect(told).toEqual(marked), { timeout: 15_000, interval: 20 });
}

/** The same of something that both tell alike. */
const bothTell = (action: () => Promise<unknown>, ...events: string[]) => tells(action, { alice: events, bob: events });

test('each action is told as the events that it stands for, in order, to who is concerned (protocol 9)', async () => {
  const rest = restClient(confab);
  const extension = restClient(confab, '/confab/v1');
  const alices = await alice.createConversation();
  await alices.join();
  const joined = new Promise((resolve) => bob.once('conversationJoined', resolve));
  await alices.add('bob');
  await joined;
  const bobs = await bob.getConversationBySid(alices.sid);
  // What a client tells as it loads a conversation is its own affair.
  for (const one of [alices, bobs]) {
    await one.getMessages();
    await vi.waitFor(async () => expect(await one.getParticipants()).toHaveLength(2), { timeout: 15_000 });
  }
  await bothTell(() => alices.add('carol'), 'participantJoined');
  const path = `Conversations/${alices.sid}`;
  await bothTell(() => alices.addNonChatParticipant('+15005550010', '+15005550011'), 'participantJoined');
  const own = await alices.getParticipantByIdentity('alice');
  await bothTell(async () => own?.updateAttributes({ seat: 1 }), 'participantUpdated attributes dateUpdated');
  const roles = await rest<{ roles: { sid: string; friendly_name: string }[] }>('GET', 'Roles');
  const RoleSid = roles.roles.find(({ friendly_name }) => friendly_name === 'channel admin')?.sid ?? '';
  await bothTell(() => rest('POST', `${path}/Participants/bob`, { RoleSid }), 'participantUpdated dateUpdated roleSid');

  await bothTell(() => alices.sendMessage('one'), 'messageAdded', 'conversationUpdated lastMessage');
  await bothTell(
    () => rest('POST', `${path}/Messages`, { Body: 'two' }),
    'messageAdded',
    'conversationUpdated lastMessage',
  );
  const [one, two] = (await bobs.getMessages()).items as [Message, Message];
  await bothTell(
    async () => (await alices.getMessages()).items[0]?.updateBody('1'),
    'messageUpdated body dateUpdated lastUpdatedBy',
  );
  await bothTell(() =>
    extension('POST', `Services/${confab.chatServiceSid}/${path}/Messages/${one.sid}/ChannelMetadata`, {
      Type: 'sms',
      Data: '{}',
    }),
  );
  await bothTell(() => rest('DELETE', `${path}/Messages/${one.sid}`), 'messageRemoved');
  await bothTell(
    () => rest('DELETE', `${path}/Messages/${two.sid}`),
    'messageRemoved',
    'conversationUpdated lastMessage',
  );
  expect([alices.lastMessage, bobs.lastMessage]).toEqual([undefined, undefined]);

  await bothTell(() => alices.updateFriendlyName('Plans'), 'conversationUpdated dateUpdated friendlyName');
  await bothTell(() => alices.updateUniqueName('plans'), 'conversationUpdated dateUpdated uniqueName');
  await bothTell(() => alices.updateAttributes({ a: 1 }), 'conversationUpdated attributes dateUpdated');
  await bothTell(() => rest('POST', path, { State: 'inactive' }), 'conversationUpdated dateUpdated state');
  await bothTell(
    () => rest('POST', path, { 'Bindings.Email.Address': 'desk@example.com' }),
    'conversationUpdated bindings dateUpdated',
  );

  const read = 'participantUpdated lastReadMessageIndex lastReadTimestamp';
  await tells(() => bobs.updateLastReadMessageIndex(0), {
    alice: [read],
    bob: ['conversationUpdated lastReadMessageIndex', read],
  });
  await tells(() => bobs.setUserNotificationLevel('muted'), { bob: ['conversationUpdated notificationLevel'] });
  await bothTell(() => alice.user.updateFriendlyName('Alice'), 'userUpdated friendlyName');

  await tells(() => alices.removeParticipant('bob'), {
    alice: ['participantLeft'],
    bob: ['conversationLeft', 'conversationRemoved'],
  });
  await tells(() => alices.delete(), { alice: ['conversationLeft', 'conversationRemoved'] });
}, 120_000);
