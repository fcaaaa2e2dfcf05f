import { describe, expect, test } from 'vitest';
import type { RawClient, SyncEvent } from '../support/raw-client.ts';
import { textAt } from '../support/raw-frames.ts';
import { CLIENT, type Conversation, eventIds, range, startTestServer } from './support.ts';

const server = await startTestServer();
const slicing = await startTestServer({ limitOverrides: { replaySliceEvents: 4 } });

/** Additions, edits and removals in all three objects, by the participant `alice` and the operator. */
async function live(conversation: Conversation, alice: RawClient): Promise<void> {
  const sids: string[] = [];
  const path = `${CLIENT}/Conversations/${conversation.sid}`;
  for (const n of range(1, 12)) {
    sids.push(textAt((await alice.request('POST', `${path}/Messages`, { body: `message ${n}` })).body, 'sid'));
    if (n % 3 === 0) await alice.request('POST', `${path}/Messages/${sids[n - 2]}`, { body: `edited in ${n}` });
    if (n % 4 === 0) await alice.request('DELETE', `${path}/Messages/${sids[n - 3]}`, {});
    if (n % 2 === 0) await conversation.add(`user ${n}`);
    if (n % 6 === 0) await conversation.remove(`user ${n - 2}`);
  }
}

/** The items after these events: key → newest data, from the additions and updates that were not followed by a removal. */
function fold(events: readonly SyncEvent[]): Map<unknown, unknown> {
  const items = new Map<unknown, unknown>();
  for (const { type, fields } of events) {
    const key = fields.item_index ?? fields.item_key;
    if (type.endsWith('_removed')) items.delete(key);
    else items.set(key, fields.item_data);
  }
  return items;
}

describe('replay', () => {
  const ofObject = (client: RawClient, sid: string, from = 0) =>
    client.events.slice(from).filter(({ fields }) => [fields.list_sid, fields.map_sid].includes(sid));

  test('from any event id it rises strictly, loses no addition and no removal, and ends where the live stream ended', async () => {
    const conversation = await server.conversation('alice');
    const objects = [
      [conversation.messages, 'list'],
      [conversation.roster, 'map'],
    ] as const;
    const alice = await server.login('alice');
    await alice.subscribe([conversation.messages, 'list', null], [conversation.roster, 'map', 0]);
    await live(conversation, alice);
    await alice.exchange({ method: 'ping' });

    const late = await server.login('alice');
    for (const [sid, type] of objects) {
      const whole = ofObject(alice, sid);
      const head = whole.length;
      expect(whole.map(({ fields }) => fields.id)).toEqual(range(1, head));
      for (const k of range(0, head)) {
        const from = late.events.length;
        const [result] = await late.subscribe([sid, type, k]);
        expect(result?.fields).toMatchObject({ replay_status: 'completed', last_event_id: head });
        const replayed = ofObject(late, sid, from);
        const ids = replayed.map(({ fields }) => Number(fields.id));
        expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
        expect(ids.every((id) => id > k)).toBe(true);
        expect(fold([...whole.slice(0, k), ...replayed])).toEqual(fold(whole));
        // What is still to be told of it is told as it was told live.
        const lasting = whole
          .slice(k)
          .filter(({ type: t, fields }) => t.endsWith('_removed') || ids.includes(Number(fields.id)));
        expect(replayed.map(({ type: t, fields }) => [t, fields.id])).toEqual(
          lasting.map(({ type: t, fields }) => [t, fields.id]),
        );
      }
    }
  });

  test('of additions alone it is the live stream itself', async () => {
    const conversation = await server.conversation('alice');
    const [alice, late] = [await server.login('alice'), await server.login('alice')];
    await alice.subscribe([conversation.messages, 'list', null]);
    for (const n of range(1, 5)) await conversation.send(`message ${n}`);
    await late.subscribe([conversation.messages, 'list', 0]);
    await alice.exchange({ method: 'ping' });
    const told = (client: RawClient) =>
      ofObject(client, conversation.messages).map(({ type, fields }) => ({ type, fields }));
    expect(told(late)).toEqual(told(alice));
    expect(told(late)).toHaveLength(5);
  });

  test('a long one comes in slices, and the client gets from one to the next', async () => {
    const conversation = await slicing.conversation('alice');
    for (const n of range(1, 21)) await conversation.send(`message ${n}`);
    const alice = await slicing.login('alice');
    const statuses: unknown[] = [];
    for (let last = 0; statuses.at(-1) !== 'completed'; ) {
      const [result] = await alice.subscribe([conversation.messages, 'list', last]);
      statuses.push(result?.fields.replay_status);
      expect(eventIds(alice, conversation.messages)).toEqual(range(1, Number(result?.fields.last_event_id)));
      last = Number(result?.fields.last_event_id);
    }
    expect(eventIds(alice, conversation.messages)).toEqual(range(1, 21));
    expect(statuses.length).toBeGreaterThan(3);
    await conversation.send('live');
    await alice.exchange({ method: 'ping' });
    expect(eventIds(alice, conversation.messages)).toEqual(range(1, 22));
  });

  test('without a gap or a repetition while messages go on coming', async () => {
    const conversation = await server.conversation('alice');
    const clients = await Promise.all(range(1, 8).map(() => server.login('alice')));
    let sent = 0;
    const sending = Promise.all(
      range(1, 4).map(async () => {
        for (const _ of range(1, 25)) {
          await conversation.send('message');
          sent += 1;
        }
      }),
    );
    for (const client of clients) {
      // Each comes at another moment.
      await client.exchange({ method: 'ping' });
      await client.subscribe([conversation.messages, 'list', 0]);
    }
    await sending;
    expect(sent).toBe(100);
    for (const client of clients) {
      await client.until(() => eventIds(client, conversation.messages).length === 100);
      expect(eventIds(client, conversation.messages)).toEqual(range(1, 100));
    }
  });
});
