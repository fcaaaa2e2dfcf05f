import { describe, expect, test } from 'vitest';
import { createHostileNetwork } from '../support/hostile-bus.ts';
import type { RawClient } from '../support/raw-client.ts';
import { fieldsOf } from '../support/raw-frames.ts';
import { createHeldBus } from './held-bus.ts';
import { CLIENT, type Conversation, eventIds, range, startTestServer, type TestServer } from './support.ts';

const limitOverrides = { busCheckMs: 100 };

/** Waits until the client has heard of the object's newest event, as the database knows it. */
async function upToDate(server: TestServer, client: RawClient, sid: string, conversation: Conversation) {
  const column =
    sid === conversation.messages ? 'messages_event' : sid === conversation.roster ? 'roster_event' : 'channel_event';
  const [row] = server.sql(`SELECT ${column} AS head FROM conversations WHERE sid = ?`, conversation.sid);
  await client.until(
    () => Number(eventIds(client, sid).at(-1) ?? 0) >= Number(row?.head),
    `event ${row?.head} of ${sid}`,
  );
}

/** Keys of the items after the events, and the texts that they have. */
function fold(client: RawClient, sid: string): Record<string, unknown> {
  const items: Record<string, unknown> = {};
  for (const { type, fields } of client.events) {
    if (fields.list_sid !== sid && fields.map_sid !== sid) continue;
    const key = String(fields.item_index ?? fields.item_key);
    const { text, identity } = fieldsOf(fields.item_data);
    if (type.endsWith('_removed')) delete items[key];
    else items[key] = text ?? identity;
  }
  return items;
}

describe.each([1, 2, 3])('a hostile bus, seed %d', (seed) => {
  const network = createHostileNetwork({ seed, maxDelayMs: 60, touchProbability: seed === 3 ? 0.5 : 0 });

  test('every subscriber hears of everything once, in order, and ends at the newest state', async () => {
    const server = await startTestServer({ parts: { bus: network.node() }, limitOverrides });
    const conversation = await server.conversation('alice', 'bob', 'carol');
    const clients = await Promise.all(['alice', 'bob', 'carol'].map((identity) => server.login(identity)));
    for (const client of clients) {
      await client.subscribe(
        [conversation.messages, 'list', 0],
        [conversation.roster, 'map', 0],
        [conversation.channel, 'document', 0],
      );
    }
    const path = `${CLIENT}/Conversations/${conversation.sid}/Messages`;
    const writing = clients.map(async (client, at) => {
      for (const n of range(1, 40)) {
        const { body } = await client.request('POST', path, { body: `${at} ${n}` });
        if (n % 5 === 0) await client.request('POST', `${path}/${fieldsOf(body).sid}`, { body: `${at} ${n} edited` });
        if (n % 7 === 0) await client.request('DELETE', `${path}/${fieldsOf(body).sid}`, {});
        if (n % 10 === 0) await conversation.add(`guest ${at} ${n}`);
        if (n % 20 === 0) await conversation.remove(`guest ${at} ${n}`);
      }
    });
    await Promise.all(writing);

    const messages = server.sql('SELECT "index", body FROM messages');
    const roster = server.sql('SELECT sid, identity FROM participants');
    const [removed] = server.sql("SELECT count(*) AS n FROM sync_tombstones WHERE object = 'messages'");
    expect(removed?.n).toBe(15);
    for (const client of clients) {
      for (const sid of [conversation.messages, conversation.roster, conversation.channel]) {
        await upToDate(server, client, sid, conversation);
        const ids = eventIds(client, sid).map(Number);
        expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
      }
      expect(fold(client, conversation.messages)).toEqual(
        Object.fromEntries(messages.map((row) => [row.index, row.body])),
      );
      expect(fold(client, conversation.roster)).toEqual(
        Object.fromEntries(roster.map((row) => [row.sid, row.identity])),
      );
      const tombstones = client.events.filter(({ type }) => type === 'list_item_removed');
      expect(tombstones).toHaveLength(15);
    }
    const { dropped, repeated, delayed, reordered, touched } = network.hostility;
    for (const count of [dropped, repeated, delayed, reordered]) expect(count).toBeGreaterThan(3);
    expect(touched > 3).toBe(seed === 3);
  });
});

describe('one lost message', () => {
  test('is made good by the next, at once', async () => {
    const bus = createHeldBus();
    const server = await startTestServer({ parts: { bus }, limitOverrides: { busCheckMs: 3_600_000 } });
    const conversation = await server.conversation('alice');
    const alice = await server.login('alice');
    await alice.subscribe([conversation.messages, 'list', 0]);
    for (const n of range(1, 5)) {
      bus.hold();
      await conversation.send(`lost ${n}`);
      bus.lose();
      await conversation.send(`heard ${n}`);
    }
    await alice.until(() => eventIds(alice, conversation.messages).length === 10);
    expect(eventIds(alice, conversation.messages)).toEqual(range(1, 10));
  });

  test('the last one is made good by a look into the database', async () => {
    const bus = createHeldBus();
    const server = await startTestServer({ parts: { bus }, limitOverrides });
    const conversation = await server.conversation('alice');
    const alice = await server.login('alice');
    await alice.subscribe([conversation.messages, 'list', 0], [conversation.roster, 'map', 0]);
    bus.hold();
    await conversation.send('lost');
    await conversation.add('bob');
    await alice.until(
      () => eventIds(alice, conversation.messages).length + eventIds(alice, conversation.roster).length === 3,
    );
    bus.release();
    await conversation.send('heard');
    await alice.until(() => eventIds(alice, conversation.messages).length === 2);
    expect([eventIds(alice, conversation.messages), eventIds(alice, conversation.roster)]).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  test('of a removal ends what the user may see all the same', async () => {
    const bus = createHeldBus();
    const server = await startTestServer({ parts: { bus }, limitOverrides, join: 'never' });
    const conversation = await server.conversation('alice', 'bob');
    const [alice, bob] = [await server.login('alice'), await server.login('bob')];
    for (const client of [alice, bob])
      await client.subscribe([conversation.messages, 'list', 0], [conversation.roster, 'map', 0]);
    bus.hold();
    await conversation.remove('alice');
    bus.lose();
    // Bob hears of it by the look into the database, which looks at the maps of users, too.
    await bob.until(() => eventIds(bob, conversation.roster).length === 3);
    await alice.exchange({ method: 'ping' });
    await conversation.send('after');
    await bob.until(() => eventIds(bob, conversation.messages).length === 1);
    await alice.exchange({ method: 'ping' });
    expect(eventIds(alice, conversation.messages)).toEqual([]);
  });
});
