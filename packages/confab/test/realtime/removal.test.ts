import { describe, expect, test } from 'vitest';
import type { RawClient } from '../support/raw-client.ts';
import { createHeldBus } from './held-bus.ts';
import { CLIENT, type Conversation, eventIds, range, startTestServer } from './support.ts';

const bus = createHeldBus();
// Nobody may look at what they are not in, so that the channel ends with the rest; and a replay stops for a slow reader early.
const server = await startTestServer({
  join: 'never',
  parts: { bus },
  limitOverrides: { replayBytesPerConnection: 10_000 },
});

/** A client that is subscribed to all of the conversation, and to its user's own map. */
async function follow(identity: string, conversation: Conversation): Promise<RawClient> {
  const client = await server.login(identity);
  const { body } = await client.request('GET', `${CLIENT}/Configuration`);
  const map = JSON.stringify(body).match(/US[0-9a-f]{32}/)?.[0] ?? '';
  const results = await client.subscribe(
    [`MC${map.slice(2)}`, 'map', null],
    [conversation.channel, 'document', null],
    [conversation.messages, 'list', null],
    [conversation.roster, 'map', null],
  );
  expect(results.map(({ type }) => type)).toEqual(Array(4).fill('subscription_established'));
  return client;
}

/** Event ids of messages and roster, and the newest of the channel: only its newest state need be told. */
const idsOf = (client: RawClient, { channel, messages, roster }: Conversation) => ({
  messages: eventIds(client, messages),
  roster: eventIds(client, roster),
  channel: eventIds(client, channel).at(-1),
});

/** Resolves when the client has everything that was published before. */
async function settle(...clients: RawClient[]): Promise<void> {
  for (const client of clients) await client.exchange({ method: 'ping' });
}

describe('a client that never cancels', () => {
  test('gets nothing of the conversation after its user was removed', async () => {
    const conversation = await server.conversation('alice', 'bob');
    const [alice, bob] = [await follow('alice', conversation), await follow('bob', conversation)];
    await conversation.send('before');
    await conversation.remove('alice');
    await conversation.send('after');
    await conversation.add('carol');
    await settle(alice, bob);
    expect(idsOf(bob, conversation)).toEqual({ messages: [1, 2], roster: [3, 4], channel: 2 });
    expect(idsOf(alice, conversation)).toEqual({ messages: [1], roster: [], channel: 1 });
    expect(alice.events.at(-1)).toMatchObject({ type: 'map_item_removed', fields: { item_key: conversation.sid } });
    expect(JSON.stringify(alice.packets)).not.toContain('after');
    expect(alice.isOpen()).toBe(true);
  });

  test('gets nothing either when it left by itself', async () => {
    const conversation = await server.conversation('alice', 'bob');
    const alice = await follow('alice', conversation);
    const path = `${CLIENT}/Conversations/${conversation.sid}/Participants/alice`;
    expect((await alice.request('DELETE', path, {})).status).toBe(204);
    await conversation.send('after');
    await settle(alice);
    expect(idsOf(alice, conversation)).toEqual({ messages: [], roster: [], channel: undefined });
  });

  test('cannot keep a subscription under the unique name of an object', async () => {
    const conversation = await server.conversation('alice', 'bob');
    const alice = await server.login('alice');
    const results = await alice.subscribe(
      [`${conversation.sid}.channel`, 'document', 0],
      [`${conversation.sid}.messages`, 'list', 0],
      [`${conversation.sid}.roster`, 'map', 0],
    );
    expect(results.map(({ type }) => type)).toEqual(Array(3).fill('subscription_failed'));
    await conversation.remove('alice');
    await conversation.send('after');
    await settle(alice);
    expect(JSON.stringify(alice.packets)).not.toContain('after');
  });

  test('gets nothing of what is asked for and not yet answered at the moment of the removal', async () => {
    const conversation = await server.conversation('alice', 'bob');
    await conversation.send('before');
    const alice = await server.login('alice');
    bus.hold();
    await conversation.remove('alice');
    const results = alice.subscribe([conversation.messages, 'list', 0], [conversation.roster, 'map', 0]);
    bus.release();
    expect((await results).map(({ type }) => type)).toEqual(['subscription_failed', 'subscription_failed']);
    expect(idsOf(alice, conversation)).toEqual({ messages: [], roster: [], channel: undefined });
  });
});

describe('removed and added again before the node has heard of it', () => {
  test('the client goes on without loss, in order', async () => {
    const conversation = await server.conversation('alice', 'bob');
    const alice = await follow('alice', conversation);
    await conversation.send('one');
    bus.hold();
    await conversation.send('two');
    await conversation.remove('alice');
    await conversation.send('three');
    await conversation.add('alice');
    await conversation.send('four');
    bus.release();
    await conversation.send('five');
    await alice.until(() => eventIds(alice, conversation.messages).length === 5);
    await settle(alice);
    // The roster had alice and bob: she goes and comes.
    expect(idsOf(alice, conversation)).toEqual({ messages: range(1, 5), roster: [3, 4], channel: 5 });
  });
});

describe('removal during a replay', () => {
  const BODY = 'x'.repeat(30_000);
  const MESSAGES = 400;

  /** Asks for everything, and does not read. */
  async function stall(identity: string, conversation: Conversation) {
    const client = await server.login(identity);
    client.socket.pause();
    const results = client.subscribe([conversation.messages, 'list', 0]);
    return { client, results };
  }

  test('stops it, and who is not removed gets all of it, though it is more than may wait unread', async () => {
    const conversation = await server.conversation('alice', 'bob');
    for (let sent = 0; sent < MESSAGES; sent += 20) {
      await Promise.all(Array.from({ length: 20 }, () => conversation.send(BODY)));
    }
    const [alice, bob] = [await stall('alice', conversation), await stall('bob', conversation)];
    // Both replays have begun, and wait for their readers: a request of another client takes longer than to begin.
    const carol = await server.login('carol');
    await settle(carol);
    await conversation.remove('alice');
    alice.client.socket.resume();
    bob.client.socket.resume();
    await bob.client.until(() => eventIds(bob.client, conversation.messages).length === MESSAGES);
    expect(eventIds(bob.client, conversation.messages)).toEqual(range(1, MESSAGES));
    expect(await bob.results).toMatchObject([
      { type: 'subscription_established', fields: { last_event_id: MESSAGES } },
    ]);

    expect(await alice.results).toMatchObject([{ type: 'subscription_failed', fields: { error: { status: 404 } } }]);
    const got = eventIds(alice.client, conversation.messages);
    expect(got).toEqual(range(1, got.length));
    expect(got.length).toBeLessThan(MESSAGES);
  });
});
