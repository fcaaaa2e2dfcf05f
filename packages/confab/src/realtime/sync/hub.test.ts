import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { manualClock } from '../../clock.ts';
import { DEFAULT_LIMITS } from '../../config/limits.ts';
import {
  type AccountActor,
  type Change,
  type ConversationRow,
  createCommandRunner,
  createConversation,
  deleteConversation,
  type Execute,
  findService,
  firstStart,
  type ServiceRef,
  type SyncObject,
  sendMessage,
  serviceRef,
} from '../../domain/index.ts';
import { createSecretBox } from '../../secrets/index.ts';
import { openStore, type ReadDb, type Store } from '../../store/index.ts';
import { createHub, type Hub, type HubOptions, type Subscriber } from './hub.ts';

const folder = mkdtempSync(join(tmpdir(), 'confab-hub-'));
const clock = manualClock(0);
const onError = vi.fn();
let committed: Change[] = [];
let store: Store;
let execute: Execute;
let actor: AccountActor;
let service: ServiceRef;
let conversation: ConversationRow;
let options: HubOptions;
let hub: Hub;

beforeAll(async () => {
  store = await openStore(
    { engine: 'sqlite', folder },
    {
      maxBatch: 64,
      maxWaiting: 100,
      onCommit: ({ changes }) => committed.push(...changes),
      onBackgroundError: onError,
    },
  );
  execute = createCommandRunner({ store, clock, limits: DEFAULT_LIMITS, before: [] });
  const { accountSid, chatServiceSid } = await firstStart(store, createSecretBox(randomBytes(32)), {}, clock.now());
  const { id, sid } = await store.read
    .selectFrom('accounts')
    .select(['id', 'sid'])
    .where('sid', '=', accountSid)
    .executeTakeFirstOrThrow();
  actor = { kind: 'account', account: { id, sid, default_service_id: null }, credentialSid: sid, main: true };
  const row = await findService(store.read, id, chatServiceSid);
  if (row === undefined) throw new Error('There is no first service.');
  service = serviceRef(row);
});

afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

beforeEach(async () => {
  conversation = await execute(createConversation, actor, { service });
  options = { read: store.read, pageSize: 2, clock, horizonMergeMembers: 50, horizonMergeMs: 1000, onError };
  hub = createHub(options);
  onError.mockReset();
});

/** Sends messages, and returns their changes in the messages list: the hub has not heard of them. */
async function send(count: number): Promise<Change[]> {
  committed = [];
  for (let at = 0; at < count; at += 1) await execute(sendMessage, actor, { service, conversation, body: 'x' });
  return committed.filter(({ object }) => object === 'messages');
}

async function subscribe(kind: 'messages' | 'channel' = 'messages') {
  const got: number[] = [];
  const subscriber: Subscriber = {
    position: 0,
    live: true,
    deliver: ({ event }) => void got.push(event),
    userId: 0,
    recheck: () => {},
    left: () => {},
    lost: () => {},
  };
  const object: SyncObject = {
    kind,
    id: conversation.id,
    conversation: { sid: conversation.sid, service_sid: service.sid },
  };
  const observed = await hub.subscribe(object, subscriber);
  return { got, observed, unsubscribe: () => hub.unsubscribe(object, subscriber) };
}

test.each([
  ['in order', [0, 1, 2, 3]],
  ['twice', [0, 0, 1, 1, 2, 3, 3]],
  ['in another order', [3, 1, 0, 2]],
  ['with gaps', [1, 3]],
  ['the last alone', [3]],
])('changes that come %s are told once, in order', async (_how, order) => {
  const { got } = await subscribe();
  const changes = await send(4);
  hub.publish(order.flatMap((at) => changes[at] ?? []));
  await vi.waitUntil(() => got.length >= 4);
  expect(got).toEqual([1, 2, 3, 4]);
  hub.publish(changes);
  expect(got).toEqual([1, 2, 3, 4]);
});

test('a hint, or a look into the database, brings what was not told', async () => {
  const { got } = await subscribe();
  await send(3);
  hub.touch('messages', conversation.sid, 3);
  await vi.waitUntil(() => got.length === 3);
  hub.touch('messages', conversation.sid, 2);
  await send(3);
  await hub.compareWithDatabase();
  await vi.waitUntil(() => got.length === 6);
  expect(got).toEqual([1, 2, 3, 4, 5, 6]);
  expect(hub.statistics().gaps).toBe(2);
});

test('an object is observed as long as somebody is subscribed to it', async () => {
  const [one, two] = [await subscribe(), await subscribe()];
  expect(hub.statistics().objects).toBe(1);
  one.unsubscribe();
  one.unsubscribe();
  hub.publish(await send(1));
  expect([one.got, two.got]).toEqual([[], [1]]);
  two.unsubscribe();
  expect(hub.statistics().objects).toBe(0);
});

test('an object whose owner is gone is not observed', async () => {
  conversation = { ...conversation, id: 999_999 };
  expect((await subscribe()).observed).toBeUndefined();
  expect(hub.statistics().objects).toBe(0);
});

test('a failed look at what came while the object was opened does not spoil it for good', async () => {
  const changes = await send(2);
  let reads = 0;
  const failing: ReadDb = {
    selectFrom: store.read.selectFrom.bind(store.read),
    getExecutor: store.read.getExecutor.bind(store.read),
    executeQuery: (query) => {
      reads += 1;
      return reads === 2 ? Promise.reject(new Error('no')) : store.read.executeQuery(query);
    },
  };
  hub = createHub({ ...options, read: failing });
  const subscribing = subscribe();
  // Committed, for all that the hub knows, while it reads where the object stands.
  hub.publish(changes.map((change) => ({ ...change, event: change.event + 2 })));
  const { got, observed } = await subscribing;
  expect(observed).toMatchObject({ head: 2 });
  await vi.waitFor(() => expect(onError).toHaveBeenCalledExactlyOnceWith(new Error('no')));
  expect((await subscribe()).observed).toBe(observed);
  hub.publish(await send(1));
  expect(got).toEqual([3]);
});

test('a conversation that was deleted unheard has moved on for who is being brought up to date', async () => {
  const { observed } = await subscribe();
  const head = observed?.head ?? 0;
  await execute(deleteConversation, actor, { service, conversation });
  await hub.compareWithDatabase();
  expect(observed?.head).toBeGreaterThan(head);
  expect(hub.statistics().objects).toBe(0);
});

describe('moves of the last message in a large conversation', () => {
  /** The changes of the channel's document by so many messages. */
  async function moves(count: number, among = 51): Promise<Change[]> {
    await send(count);
    return committed.flatMap((change) => (change.object === 'channel' ? [{ ...change, mergeAmong: among }] : []));
  }

  test('are told at once when nothing else moved it of late, then the newest now and then', async () => {
    const { got } = await subscribe('channel');
    const changes = await moves(6);
    hub.publish(changes.slice(0, 3));
    expect(got).toEqual([1]);
    clock.advance(1000);
    expect(got).toEqual([1, 3]);
    hub.publish(changes.slice(3, 5));
    expect(got).toEqual([1, 3]);
    clock.advance(1000);
    expect(got).toEqual([1, 3, 5]);
    clock.advance(1000);
    hub.publish(changes.slice(5));
    expect(got).toEqual([1, 3, 5, 6]);
  });

  test('go before whatever else happens to the conversation', async () => {
    const { got } = await subscribe('channel');
    const moved = await moves(2);
    const renamed = (await moves(1, 0)).at(-1);
    hub.publish([...moved, ...(renamed === undefined ? [] : [renamed])]);
    expect(got).toEqual([1, 2, 3]);
  });

  test('are all told at once in a small one, and leave no timer behind in one that nobody watches', async () => {
    const before = clock.pendingTimers();
    const { got, unsubscribe } = await subscribe('channel');
    hub.publish(await moves(3, 50));
    expect(got).toEqual([1, 2, 3]);
    hub.publish(await moves(2));
    unsubscribe();
    expect(clock.pendingTimers()).toBe(before);
  });

  test('say in how large a conversation they are', async () => {
    const { participants_count } = conversation;
    await send(1);
    expect(committed.find(({ object }) => object === 'channel')).toMatchObject({ mergeAmong: participants_count });
  });
});
