import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Entry, RawClient, SyncEvent } from '../support/raw-client.ts';
import { fieldsOf } from '../support/raw-frames.ts';
import { CLIENT, eventIds, range, startTestServer, statusOf } from './support.ts';

const OUTBOX_BYTES = 512 * 1024;
const REPLAY_BYTES = 64 * 1024;

const server = await startTestServer({
  limitOverrides: {
    outboxBytesPerConnection: OUTBOX_BYTES,
    replayBytesPerConnection: REPLAY_BYTES,
    conversationsPerUser: 4000,
  },
});

/** Reading the metrics is work for the server, too. */
const LOOK_EVERY_MS = 20;

/** The most that ever waits for one client, looked at again and again until `done`. */
async function largestUnread(done: Promise<unknown>): Promise<number> {
  let finished = false;
  const end = done.finally(() => {
    finished = true;
  });
  let largest = 0;
  while (!finished) {
    largest = Math.max(largest, await server.metric('confab_realtime_unread_bytes_largest'));
    await setTimeout(LOOK_EVERY_MS);
  }
  await end;
  return largest;
}

/** Calls `work` for each, so many at a time. */
async function inFlight<Item>(items: readonly Item[], atOnce: number, work: (item: Item) => Promise<void>) {
  const waiting = items.values();
  await Promise.all(
    range(1, atOnce).map(async () => {
      for (const item of waiting) await work(item);
    }),
  );
}

test('one of a room who stops reading while messages pour in is cut off, alone, and comes back right', async () => {
  const SENDERS = 4;
  const EACH = 750;
  const MESSAGES = SENDERS * EACH;
  const identities = range(1, 20).map((n) => `member ${n}`);
  const conversation = await server.conversation(...identities);
  const clients = await Promise.all(identities.map((identity) => server.login(identity)));
  await Promise.all(clients.map((client) => client.subscribe([conversation.messages, 'list', 0])));
  const [slow, ...readers] = clients;
  if (slow === undefined) throw new Error('The room is empty.');
  const cutOff = await server.metric('confab_realtime_cut_off_total');

  slow.socket.pause();
  const body = 'x'.repeat(2048);
  const path = `${CLIENT}/Conversations/${conversation.sid}/Messages`;
  const sending = readers.slice(0, SENDERS).map((sender) =>
    inFlight(range(1, EACH), 50, async () => {
      expect((await sender.request('POST', path, { body })).status).toBe(201);
    }),
  );
  const largest = await largestUnread(Promise.all(sending));
  // What is queued when the limit is reached may exceed it by one packet.
  expect(largest).toBeLessThan(OUTBOX_BYTES + 2 * body.length);
  expect(await server.metric('confab_realtime_cut_off_total')).toBe(cutOff + 1);

  for (const reader of readers) {
    await reader.until(() => reader.events.length > MESSAGES);
    expect(eventIds(reader, conversation.messages)).toEqual(range(1, MESSAGES));
    expect(reader.isOpen()).toBe(true);
  }

  slow.socket.resume();
  await slow.closed;
  const got = eventIds(slow, conversation.messages).length;
  expect(got).toBeLessThan(MESSAGES);
  expect(eventIds(slow, conversation.messages)).toEqual(range(1, got));
  const again = await server.login('member 1');
  let position = got;
  for (let status: unknown = 'interrupted'; status === 'interrupted'; ) {
    const [result] = await again.subscribe([conversation.messages, 'list', position]);
    status = result?.fields.replay_status;
    position = Number(result?.fields.last_event_id);
  }
  await conversation.send('the last');
  await again.until(() => eventIds(again, conversation.messages).at(-1) === MESSAGES + 1);
  expect(eventIds(again, conversation.messages)).toEqual(range(got + 1, MESSAGES + 1));
}, 120_000);

test('a client that replays 10,000 objects holds up nobody and nothing', async () => {
  const CONVERSATIONS = 3333;
  const MAX_BATCH = 1000;
  const sids = await manyConversations(CONVERSATIONS);
  const alice = await server.login('alice');
  const bob = await server.login('bob');
  const objects = sids.flatMap((sid) => [
    [`ET${sid.slice(2)}`, 'document', 0] as const,
    [`ES${sid.slice(2)}`, 'list', 0] as const,
    [`MP${sid.slice(2)}`, 'map', 0] as const,
  ]);
  const batches = range(0, Math.ceil(objects.length / MAX_BATCH) - 1).map((n) =>
    objects.slice(n * MAX_BATCH, (n + 1) * MAX_BATCH),
  );

  // While nothing is read of what is replayed, the rest stays where it is, and others are served.
  alice.socket.pause();
  const established = subscribeAll(alice, batches);
  const path = `${CLIENT}/Conversations/${sids[0]}/Messages`;
  const served = inFlight(range(1, 200), 10, async () => {
    expect((await bob.request('POST', path, { body: 'meanwhile' })).status).toBe(201);
    expect(statusOf((await bob.exchange({ method: 'ping' })).header)).toBe(200);
  });
  expect(await largestUnread(served)).toBeLessThan(2 * REPLAY_BYTES);
  expect(await server.metric('confab_sync_objects')).toBeLessThan(objects.length);

  // Nor are they while it is.
  alice.socket.resume();
  let answered = 0;
  let replayed = false;
  const all = established.finally(() => {
    replayed = true;
  });
  const asking = (async () => {
    while (!replayed) {
      expect(statusOf((await bob.exchange({ method: 'ping' })).header)).toBe(200);
      answered += 1;
    }
  })();
  expect(await largestUnread(all)).toBeLessThan(OUTBOX_BYTES);
  await asking;
  expect(answered).toBeGreaterThan(10);

  const results = await all;
  expect(results.filter(({ fields }) => fields.replay_status === 'completed')).toHaveLength(objects.length);
  const events = eventsByObject(alice);
  for (const { fields } of results) {
    const ids = events.get(fields.object_sid) ?? [];
    expect(ids).toContain(fields.last_event_id);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
  }
  expect(events.get(`ES${sids[0]?.slice(2)}`)).toEqual(range(1, 201));
  for (const sid of sids.slice(1)) expect(events.get(`ES${sid.slice(2)}`)).toEqual([1]);

  // All of them are live, and none twice.
  const before = alice.events.length;
  const added = () => alice.events.slice(before).filter(({ type }) => type === 'list_item_added');
  await inFlight(sids, 50, async (sid) => {
    await bob.request('POST', `${CLIENT}/Conversations/${sid}/Messages`, { body: 'live' });
  });
  await alice.until(() => alice.events.length - before >= sids.length && added().length >= sids.length);
  expect(new Set(added().map(({ fields }) => fields.list_sid)).size).toBe(sids.length);
  expect(added()).toHaveLength(sids.length);
}, 240_000);

/** Asks for all batches at once, as the SDK does when it comes back, and waits for all results. */
async function subscribeAll(client: RawClient, batches: readonly (readonly Entry[])[]): Promise<SyncEvent[]> {
  const answers = batches.map((batch, number) =>
    client.request('POST', '/v4/Subscriptions', {
      event_protocol_version: 4,
      action: 'establish',
      correlation_id: number,
      requests: batch.map(([object_sid, object_type, last_event_id]) => ({ object_sid, object_type, last_event_id })),
    }),
  );
  const wanted = batches.flat().length;
  const results: SyncEvent[] = [];
  let seen = 0;
  // Each event is looked at once: there are tens of thousands.
  await client.until(() => {
    for (const event of client.events.slice(seen)) if (event.type.startsWith('subscription_')) results.push(event);
    seen = client.events.length;
    return results.length >= wanted;
  });
  await Promise.all(answers);
  return results;
}

/** Conversations of alice and bob, with a message in each. */
async function manyConversations(count: number): Promise<string[]> {
  const bob = await server.login('bob');
  const sids: string[] = [];
  await inFlight(range(1, count), 50, async () => {
    const sid = String(fieldsOf((await bob.request('POST', `${CLIENT}/Conversations`, {})).body).sid);
    const path = `${CLIENT}/Conversations/${sid}`;
    for (const identity of ['bob', 'alice']) await bob.request('POST', `${path}/Participants`, { identity });
    expect((await bob.request('POST', `${path}/Messages`, { body: 'first' })).status).toBe(201);
    sids.push(sid);
  });
  await bob.close();
  return sids;
}

function eventsByObject(client: RawClient): Map<unknown, number[]> {
  const events = new Map<unknown, number[]>();
  for (const { fields } of client.events) {
    const sid = fields.document_sid ?? fields.list_sid ?? fields.map_sid;
    if (sid === undefined) continue;
    const ids = events.get(sid) ?? [];
    ids.push(Number(fields.id));
    events.set(sid, ids);
  }
  return events;
}
