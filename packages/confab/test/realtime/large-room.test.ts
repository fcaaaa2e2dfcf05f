import { expect, test } from 'vitest';
import { manualClock } from '../../src/clock.ts';
import { range, startTestServer } from './support.ts';

const MEMBERS = 60;
const MERGE_MS = 1000;

const clock = manualClock(Date.now());
const server = await startTestServer({ parts: { clock }, limitOverrides: { readHorizonMergeMs: MERGE_MS } });

test('what all of a large room have read reaches each of them in one frame, however often they read', async () => {
  const conversation = await server.conversation('observer');
  const members = range(1, MEMBERS).map((n) => `member ${n}`);
  await Promise.all(members.map((identity) => conversation.add(identity)));
  for (const n of range(0, 2)) await conversation.send(`message ${n}`);
  const observers = await Promise.all(range(1, 3).map(() => server.login('observer')));
  await Promise.all(observers.map((observer) => observer.subscribe([conversation.roster, 'map', null])));
  const before = observers.map(({ events }) => events.length);

  const read = (identity: string, index: number) =>
    server.rest('POST', `/v1/Conversations/${conversation.sid}/Participants/${encodeURIComponent(identity)}`, {
      LastReadMessageIndex: String(index),
    });
  for (const index of [0, 2]) {
    for (const { status } of await Promise.all(members.map((identity) => read(identity, index)))) {
      expect(status).toBe(200);
    }
  }
  const heard = () => observers.map(({ events }, at) => events.slice(before[at]));
  expect(heard()).toEqual([[], [], []]);

  clock.advance(MERGE_MS);
  await Promise.all(
    observers.map(({ events, until }, at) => until(() => events.length === (before[at] ?? 0) + MEMBERS)),
  );
  for (const events of heard()) {
    // 120 reads: 60 events, one for each member with where they are now, and all of them together.
    expect(new Set(events.map(({ fields }) => fields.item_key)).size).toBe(MEMBERS);
    expect(new Set(events.map(({ packet }) => packet)).size).toBe(1);
    expect(events.map(({ fields }) => fields.item_data)).toEqual(
      Array(MEMBERS).fill(expect.objectContaining({ lastConsumedMessageIndex: 2 })),
    );
  }
});
