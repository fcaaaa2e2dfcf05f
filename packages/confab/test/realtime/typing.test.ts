import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { RawClient } from '../support/raw-client.ts';
import { CLIENT, type Conversation, startTestServer } from './support.ts';

const TYPE = 'twilio.ipmsg.typing_indicator';
const server = await startTestServer({ limitOverrides: { typingSignalsPerUser: 2, typingSignalsPerSecond: 3 } });

/** Who types, according to what the client was told so far. */
function typists(client: RawClient): unknown[] {
  return client.packets.filter(({ header }) => header.message_type === TYPE).map(({ body }) => body);
}

function type(client: RawClient, { sid }: Conversation) {
  return client.request('POST', `${CLIENT}/Typing`, new URLSearchParams({ ChannelSid: sid }));
}

/** A client in the conversation. `told` resolves when it has all that was sent to it before. */
async function subscribed(identity: string, { roster, messages, send }: Conversation, messageTypes?: string[]) {
  const client = await server.login(identity, messageTypes && { messageTypes });
  await client.subscribe([roster, 'map', null], [messages, 'list', null]);
  return {
    client,
    async told() {
      const later = randomUUID();
      await send(later);
      await client.until(() => client.events.some(({ fields }) => Object(fields.item_data).text === later));
      return typists(client);
    },
  };
}

test('the other participants are told, on the connections that ask for it; the typist on none', async () => {
  const conversation = await server.conversation('alice é', 'bob');
  const alice = await subscribed('alice é', conversation);
  const otherDevice = await subscribed('alice é', conversation);
  const bob = await subscribed('bob', conversation);
  const unregistered = await subscribed('bob', conversation, ['twilio.sync.event']);

  expect(await type(alice.client, conversation)).toMatchObject({ status: 200, body: { typing_timeout: 5 } });

  expect(await bob.told()).toEqual([{ channel_sid: conversation.sid, identity: 'alice é', typing_timeout: 6 }]);
  expect(await alice.told()).toEqual([]);
  expect(await otherDevice.told()).toEqual([]);
  expect(await unregistered.told()).toEqual([]);

  const context = { method: 'put_notification_ctx', notification_ctx_id: 'typing' };
  await unregistered.client.exchange(context, JSON.stringify({ message_types: [TYPE] }));
  await type(alice.client, conversation);
  expect(await unregistered.told()).toHaveLength(1);
});

test('who is removed neither hears it nor can tell it any more', async () => {
  const conversation = await server.conversation('alice', 'bob');
  const [alice, bob] = [await subscribed('alice', conversation), await subscribed('bob', conversation)];
  await conversation.remove('bob');
  await alice.client.until(() => alice.client.events.some(({ type }) => type === 'map_item_removed'));

  await type(alice.client, conversation);
  expect(await type(bob.client, conversation)).toMatchObject({ status: 403, body: { code: 50430 } });
  expect(await alice.told()).toEqual([]);
  // An answer on the same socket: what was sent to it before has arrived.
  await bob.client.exchange({ method: 'ping' });
  expect(typists(bob.client)).toEqual([]);
});

test('a user and a conversation have their share of signals, and more are answered all the same', async () => {
  const conversation = await server.conversation('alice', 'bob', 'carol', 'dave');
  const bob = await subscribed('bob', conversation);
  for (const identity of ['alice', 'carol', 'dave']) {
    const client = await server.login(identity);
    for (let times = 0; times < 3; times += 1) expect((await type(client, conversation)).status).toBe(200);
  }
  const told = (await bob.told()).map((body) => Object(body).identity);
  expect(told.filter((identity) => identity === 'alice').length).toBeLessThanOrEqual(2);
  expect(told.length).toBeGreaterThan(0);
  expect(told.length).toBeLessThan(9);
});

test('nobody types in a conversation that is closed, in none, or without saying where', async () => {
  const conversation = await server.conversation('alice');
  const alice = await server.login('alice');
  await server.rest('POST', `/v1/Conversations/${conversation.sid}`, { State: 'closed' });
  expect(await type(alice, conversation)).toMatchObject({ status: 400, body: { code: 50377 } });
  const elsewhere = { ...conversation, sid: `CH${'0'.repeat(32)}` };
  expect(await type(alice, elsewhere)).toMatchObject({ status: 403, body: { code: 50430 } });
  const empty = await alice.request('POST', `${CLIENT}/Typing`, new URLSearchParams());
  expect(empty).toMatchObject({ status: 400, body: { code: 20001 } });
});
