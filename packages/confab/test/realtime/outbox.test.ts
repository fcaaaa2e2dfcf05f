import { describe, expect, test } from 'vitest';
import { fieldsOf, type Packet } from '../support/raw-frames.ts';
import { createHeldBus } from './held-bus.ts';
import { CLIENT, eventIds, range, startTestServer } from './support.ts';

const bus = createHeldBus();
const server = await startTestServer({ parts: { bus }, limitOverrides: { outboxBytesPerConnection: 1024 * 1024 } });

const frames = (packets: readonly Packet[]) => packets.filter(({ header }) => header.method === 'notification');

describe('frames', () => {
  test('events of one type that are queued in one turn share a frame, in order', async () => {
    const conversation = await server.conversation('alice');
    const alice = await server.login('alice');
    await alice.subscribe([conversation.messages, 'list', null]);
    const before = frames(alice.packets).length;
    bus.hold();
    for (const n of range(1, 10)) await conversation.send(`message ${n}`);
    bus.release();
    await alice.exchange({ method: 'ping' });
    const [frame, ...others] = frames(alice.packets).slice(before);
    expect(others).toEqual([]);
    expect(frame).toMatchObject({ body: { event_type: 'list_item_added' } });
    expect(fieldsOf(frame?.body).event).toBeUndefined();
    expect(eventIds(alice, conversation.messages)).toEqual(range(1, 10));
  });

  test('events of different types that are queued in one turn keep their order', async () => {
    const conversation = await server.conversation('alice');
    const alice = await server.login('alice');
    await alice.subscribe([conversation.messages, 'list', null]);
    const path = `${CLIENT}/Conversations/${conversation.sid}/Messages`;
    bus.hold();
    for (const n of range(1, 6)) {
      const { body } = await alice.request('POST', path, { body: `message ${n}` });
      if (n % 2 === 0) await alice.request('POST', `${path}/${fieldsOf(body).sid}`, { body: 'edited' });
      if (n % 3 === 0) await alice.request('DELETE', `${path}/${fieldsOf(body).sid}`, {});
    }
    bus.release();
    await alice.exchange({ method: 'ping' });
    const told = alice.events.filter(({ fields }) => fields.list_sid === conversation.messages);
    const kinds = told.map(({ type }) => type.replace('list_item_', ''));
    expect(kinds.join(' ')).toBe('added added updated added removed added updated added added updated removed');
    expect(told.map(({ fields }) => fields.id)).toEqual(range(1, 11));
  });

  test('the event of a message comes before the answer to who sent it', async () => {
    const conversation = await server.conversation('alice');
    const alice = await server.login('alice');
    await alice.subscribe([conversation.messages, 'list', null]);
    const path = `${CLIENT}/Conversations/${conversation.sid}/Messages`;
    const answers = await Promise.all(range(0, 19).map((n) => alice.request('POST', path, { body: `${n}` })));
    for (const { packet, body } of answers) {
      const event = alice.events.find(({ fields }) => fields.item_index === fieldsOf(body).index);
      if (event === undefined) throw new Error('The event has not come.');
      expect(alice.packets.indexOf(event.packet)).toBeLessThan(alice.packets.indexOf(packet));
    }
  });
});

describe('a client that does not read', () => {
  test('is cut off at the limit, alone, and catches up when it returns', async () => {
    const body = 'x'.repeat(30_000);
    const conversation = await server.conversation('alice', 'bob');
    const [alice, bob] = [await server.login('alice'), await server.login('bob')];
    for (const client of [alice, bob]) await client.subscribe([conversation.messages, 'list', null]);
    const cutOff = await server.metric('confab_realtime_cut_off_total');
    alice.socket.pause();
    let sent = 0;
    while ((await server.metric('confab_realtime_cut_off_total')) === cutOff) {
      await Promise.all(range(1, 20).map(() => conversation.send(body)));
      sent += 20;
      // What the two ends of the connection hold for it is megabytes, but not so many.
      expect(sent).toBeLessThan(2000);
    }
    await bob.until(() => eventIds(bob, conversation.messages).length === sent);
    expect(eventIds(bob, conversation.messages)).toEqual(range(1, sent));
    expect(await server.metric('confab_realtime_cut_off_total')).toBe(cutOff + 1);

    alice.socket.resume();
    expect(await alice.closed).toMatchObject({ code: 1006 });
    const got = eventIds(alice, conversation.messages).length;
    expect(eventIds(alice, conversation.messages)).toEqual(range(1, got));
    const again = await server.login('alice');
    await again.subscribe([conversation.messages, 'list', got]);
    expect(eventIds(again, conversation.messages)).toEqual(range(got + 1, sent));
  });

  test('is not cut off for one answer that is larger than the limit', async () => {
    const conversation = await server.conversation('alice');
    // Six bytes of JSON for each of text.
    const body = '\u0001'.repeat(32_000);
    for (const _ of range(1, 20)) await conversation.send(body);
    const alice = await server.login('alice');
    const path = `/v3/Services/${server.chatServiceSid}/Lists/${conversation.messages}/Items`;
    const answer = await alice.request('GET', path, undefined, { PageSize: '100' });
    expect(answer.status).toBe(200);
    expect(JSON.stringify(answer.body).length).toBeGreaterThan(3 * 1024 * 1024);
    expect((await alice.request('GET', `${CLIENT}/Configuration`)).status).toBe(200);
  });
});
