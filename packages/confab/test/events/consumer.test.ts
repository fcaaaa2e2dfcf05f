import { describe, expect, it, onTestFinished } from 'vitest';
import { type Clock, manualClock, systemClock } from '../../src/clock.ts';
import { type Consumer, type ConsumerOptions, replayFrom, startConsumer } from '../../src/events/index.ts';
import {
  appendEvent,
  logFloor,
  lowestCursor,
  positionOf,
  raiseLogFloor,
  restartLogOrder,
  START_OF_LOG,
  type Store,
  type Transaction,
} from '../../src/store/index.ts';
import { createCommitGate } from '../store/support/commit-gate.ts';
import { followLog, LONG } from '../store/support/follow-log.ts';
import { needsPostgres } from '../support/postgres.ts';
import { databaseOfSuite, emptyDatabase, onEachEngine, openTestStore } from '../support/store.ts';

const append =
  (subject: string, createdAt = 0) =>
  (tx: Transaction) =>
    appendEvent(tx.db, {
      service_id: 1,
      kind: 'test',
      subject_sid: subject,
      actor: 'system',
      payload: '{}',
      created_at: createdAt,
    });

function begin(options: Partial<ConsumerOptions> & Pick<ConsumerOptions, 'store' | 'handle'>): Consumer {
  const errors: unknown[] = [];
  const consumer = startConsumer({
    name: 'test',
    clock: systemClock(),
    onError: (error) => errors.push(error),
    ...options,
  });
  onTestFinished(() => consumer.stop());
  return consumer;
}

/** A clock on which no lease ends, and that waits all the same. */
function standingAt(now: number): Clock {
  return { ...systemClock(), now: () => now };
}

/** A handler that keeps each subject in the transaction that moves the cursor. */
function keeping(seen: string[]): ConsumerOptions['handle'] {
  return async (entries) => {
    const subjects = entries.map(({ subject_sid }) => subject_sid);
    seen.push(...subjects);
    return async (db) => {
      for (const subject of subjects)
        await db
          .insertInto('meta')
          .values({ key: `kept ${subject}`, value: '' })
          .execute();
    };
  };
}

async function kept(store: Store): Promise<string[]> {
  const rows = await store.read
    .selectFrom('meta')
    .select('key')
    .where('key', 'like', 'kept %')
    .orderBy('key')
    .execute();
  return rows.map(({ key }) => key.slice('kept '.length));
}

async function cursorAt(store: Store): Promise<number> {
  const row = await store.read.selectFrom('event_consumers').selectAll().where('name', '=', 'test').executeTakeFirst();
  return row?.entry_id ?? 0;
}

onEachEngine('a consumer of the event log', (engine) => {
  it('gets each entry in order and in bounded batches, is woken by commits, and goes on where it left off', async () => {
    // Nothing comes of waiting on SQLite: the clock stands. On PostgreSQL others' transactions may hold the reader back.
    const clock = engine === 'sqlite' ? manualClock(0) : systemClock();
    const wake = { call: (): void => {} };
    const store = await openTestStore(await emptyDatabase(engine), { onLogged: () => wake.call() });
    for (const subject of ['a', 'b', 'c', 'd', 'e']) await store.write(append(subject));
    const sizes: number[] = [];
    const seen: string[] = [];
    const keep = keeping(seen);
    const first = begin({
      store,
      clock,
      batch: 2,
      handle: (entries, signal) => {
        sizes.push(entries.length);
        return keep(entries, signal);
      },
    });
    wake.call = () => first.wake();
    await expect.poll(() => kept(store), LONG).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(Math.max(...sizes)).toBe(2);
    await store.write(append('f'));
    await expect.poll(() => kept(store), LONG).toContain('f');
    await first.stop();
    await store.write(append('g'));

    const later: string[] = [];
    begin({ store, clock, handle: keeping(later) });
    await expect.poll(() => kept(store), LONG).toContain('g');
    expect(seen).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(later).toEqual(['g']);
  });

  it('hands over the same entries again when they could not be dealt with, and keeps nothing of them', async () => {
    const clock = manualClock(0);
    const store = await openTestStore(await emptyDatabase(engine));
    await store.write(append('a'));
    let tries = 0;
    const seen: string[] = [];
    const errors: unknown[] = [];
    begin({
      store,
      clock,
      onError: (error) => errors.push(error),
      handle: async (entries, signal) => {
        tries += 1;
        if (tries === 1) throw new Error('the first time');
        return keeping(seen)(entries, signal);
      },
    });
    const failures = (): number => {
      clock.advance(50);
      return errors.length;
    };
    await expect.poll(failures, LONG).toBe(1);
    expect(await cursorAt(store)).toBe(0);
    const later = (): Promise<string[]> => {
      clock.advance(1000);
      return kept(store);
    };
    await expect.poll(later, LONG).toEqual(['a']);
    expect(tries).toBe(2);
  });

  it('is read for by another node when its own is gone, which then can neither keep anything nor move the cursor', async () => {
    const location = await emptyDatabase(engine);
    const store = await openTestStore(location);
    await store.write(append('a'));
    const inHand = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    let wasAborted: boolean | undefined;
    const old = begin({
      store,
      // It hangs, and renews nothing.
      clock: standingAt(0),
      handle: async (_entries, signal) => {
        inHand.resolve();
        await goOn.promise;
        wasAborted = signal.aborted;
        return async (db) =>
          void (await db.insertInto('meta').values({ key: 'kept by the old one', value: '' }).execute());
      },
    });
    await inHand.promise;

    const seen: string[] = [];
    begin({ store, clock: standingAt(60_000), handle: keeping(seen) });
    await expect.poll(() => kept(store), LONG).toEqual(['a']);
    const cursor = await cursorAt(store);
    goOn.resolve();
    await old.stop();
    expect(wasAborted).toBe(false);
    expect(await kept(store)).toEqual(['a']);
    expect(await cursorAt(store)).toBe(cursor);
    expect(seen).toEqual(['a']);
  });

  it('replays from any point, and tells up to where everybody has read', async () => {
    const store = await openTestStore(await emptyDatabase(engine));
    for (const subject of ['a', 'b', 'c']) await store.write(append(subject));
    const log = followLog(store);
    await expect.poll(async () => (await log.readOn()).length, LONG).toBe(3);
    const [first, second] = log.entries.map(positionOf);
    await replayFrom(store, 'slow', first ?? START_OF_LOG, 1000);
    await replayFrom(store, 'quick', second ?? START_OF_LOG, 2000);
    expect(await lowestCursor(store.read, 0)).toEqual(first);
    // Nobody has read for the slow one since.
    expect(await lowestCursor(store.read, 1500)).toEqual(second);
    expect(await lowestCursor(store.read, 3000)).toBeUndefined();

    expect(await logFloor(store.read)).toEqual(START_OF_LOG);
    for (const position of [second, first]) await store.write(({ db }) => raiseLogFloor(db, position ?? START_OF_LOG));
    expect(await logFloor(store.read)).toEqual(second);

    const seen: string[] = [];
    begin({ store, name: 'slow', handle: keeping(seen) });
    await expect.poll(() => kept(store), LONG).toEqual(['b', 'c']);
  });
});

describe('a consumer on PostgreSQL', needsPostgres, () => {
  const location = databaseOfSuite('postgres');

  it('goes on after a restore on a server whose transaction ids are lower, and skips nothing', async () => {
    const store = await openTestStore(await emptyDatabase('postgres'));
    for (const subject of ['read', 'unread']) await store.write(append(subject));
    // As they were on the server that the dump was made on.
    const far = 2 ** 45;
    await store.write(({ db }) => db.updateTable('event_log').set({ transaction_id: far }).execute());
    await replayFrom(store, 'test', { transactionId: far, id: 1 }, 0);
    await store.write(({ db }) => restartLogOrder(db));
    await store.write(append('after'));
    const seen: string[] = [];
    begin({ store, handle: keeping(seen) });
    await expect.poll(() => kept(store), LONG).toEqual(['after', 'unread']);
    expect(seen).toEqual(['unread', 'after']);
  });

  it('skips neither of two transactions that commit in the reverse order of their entries', async () => {
    const gate = createCommitGate();
    const goOn = Promise.withResolvers<void>();
    const store = await openTestStore(location(), { wrapConnection: gate.wrapConnection });
    onTestFinished(() => {
      goOn.resolve();
      gate.open();
    });
    const seen: string[] = [];
    const consumer = begin({ store: await openTestStore(location()), handle: keeping(seen) });
    const begun = Promise.withResolvers<void>();
    const slow = store.write(
      async (tx) => {
        await append('older')(tx);
        begun.resolve();
        await goOn.promise;
      },
      { affinity: 0 },
    );
    await begun.promise;
    await store.write(append('newer'), { affinity: 1 });
    consumer.wake();
    gate.shut();
    goOn.resolve();
    await gate.reached();
    // Committed, and yet not to be read.
    expect(seen).toEqual([]);
    gate.open();
    await slow;
    await expect.poll(() => kept(store), LONG).toEqual(['newer', 'older']);
    expect(seen).toEqual(['older', 'newer']);
  });
});
