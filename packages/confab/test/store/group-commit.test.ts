import { expect, it } from 'vitest';
import { DomainError } from '../../src/domain/index.ts';
import type { Change, Transaction } from '../../src/store/index.ts';
import { databaseOfSuite, onEachEngine, openTestStore, type TestStore } from '../support/store.ts';
import { failingCalls } from './support/faults.ts';

/** All commands of a test take the same lane of PostgreSQL. */
const ONE_LANE = { affinity: 0 };

let databases = 0;

onEachEngine('commands that wait at the same moment', (engine) => {
  const location = databaseOfSuite(engine);
  let run = '';

  async function open(options: Parameters<typeof openTestStore>[1] = {}): Promise<TestStore> {
    run = `run ${++databases}`;
    return openTestStore(location(), options);
  }

  /** Stores one row, and says that it did. */
  const put = (key: string) => async (tx: Transaction) => {
    await insert(tx, key);
    tx.changes.push(changeFor(key));
    return key;
  };
  const insert = ({ db }: Transaction, key: string) =>
    db
      .insertInto('meta')
      .values({ key: `${run} ${key}`, value: '' })
      .execute();

  async function stored(store: TestStore): Promise<string[]> {
    const rows = await store.read.selectFrom('meta').select('key').where('key', 'like', `${run} %`).execute();
    return rows.map(({ key }) => key.slice(run.length + 1)).sort();
  }

  const keys = (count: number) =>
    Array.from({ length: count }, (_, number) => `key ${String(number).padStart(3, '0')}`);
  const published = (store: TestStore) => store.published.map(({ changes }) => changes.map(keyOf));

  it('share one commit and one change set, answered in order', async () => {
    const store = await open();
    const answered: string[] = [];
    await Promise.all(
      keys(64).map(async (key) => {
        answered.push(await store.write(put(key), ONE_LANE));
        expect(store.published).toHaveLength(1);
      }),
    );
    expect(store.statistics()).toMatchObject({ commits: 1, commands: 64, discardedBatches: 0, waiting: 0 });
    expect(answered).toEqual(keys(64));
    expect(published(store)).toEqual([keys(64)]);
    expect(await stored(store)).toEqual(keys(64));
  });

  it('go into the next commit when the batch is full', async () => {
    const store = await open({ maxBatch: 10 });
    const answered: string[] = [];
    await Promise.all(keys(25).map(async (key) => answered.push(await store.write(put(key), ONE_LANE))));
    expect(answered).toEqual(keys(25));
    expect(published(store)).toEqual([keys(25).slice(0, 10), keys(25).slice(10, 20), keys(25).slice(20)]);
    expect(store.statistics()).toMatchObject({ commits: 3, commands: 25 });
  });

  it('lets the event loop turn between two batches', async () => {
    const store = await open({ maxBatch: 1 });
    const order: string[] = [];
    const writes = Promise.all(keys(5).map(async (key) => order.push(await store.write(put(key), ONE_LANE))));
    setTimeout(() => order.push('timer'), 0);
    await writes;
    await expect.poll(() => order).toContain('timer');
    expect(order.indexOf('timer')).toBeLessThan(5);
  });

  it('are undone alone when they refuse: nothing of them is left, their neighbours are committed', async () => {
    const store = await open();
    const results = await Promise.allSettled([
      store.write(put('first'), ONE_LANE),
      store.write(async (tx) => {
        await put('half done')(tx);
        throw new DomainError(50107, 403, 'no');
      }, ONE_LANE),
      store.write(put('second'), ONE_LANE),
      store.write(async (tx) => {
        await put('before the conflict')(tx);
        await insert(tx, 'first');
      }, ONE_LANE),
      store.write(put('third'), ONE_LANE),
    ]);
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(results[1]).toMatchObject({ reason: { code: 50107 } });
    expect(results[3]).toMatchObject({ reason: engine === 'sqlite' ? { errcode: 1555 } : { code: '23505' } });
    expect(store.statistics()).toMatchObject({ commits: 1, discardedBatches: 0 });
    expect(await stored(store)).toEqual(['first', 'second', 'third']);
    expect(published(store)).toEqual([['first', 'second', 'third']]);
  });

  it('are not taken for failures of the engine because of the words of their refusal', async () => {
    const store = await open();
    const refuse = (message: string) =>
      store.write(async (tx) => {
        await put(message)(tx);
        throw new DomainError(50432, 404, `Participant ${message} not found`);
      }, ONE_LANE);
    const words = ['connection', 'timeout expired', 'Client is not queryable'];
    for (const word of words) await expect(refuse(word)).rejects.toMatchObject({ code: 50432 });
    const together = await Promise.allSettled([...words.map(refuse), store.write(put('kept'), ONE_LANE)]);
    expect(together.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'fulfilled']);
    expect(together[0]).toMatchObject({ reason: { code: 50432 } });
    expect(store.statistics().discardedBatches).toBe(0);
    expect(await stored(store)).toEqual(['kept']);
  });

  it('run again alone when the engine breaks the batch, and leave nothing of the first run', async () => {
    const faults = failingCalls(engine);
    const store = await open({ wrapConnection: faults.wrapConnection });
    let runs = 0;
    const counted = (key: string) => (tx: Transaction) => {
      runs += 1;
      return put(key)(tx);
    };
    faults.failOnce('COMMIT');
    const answers = await Promise.all(keys(3).map((key) => store.write(counted(key), ONE_LANE)));
    expect(runs).toBe(6);
    expect(answers).toEqual(keys(3));
    expect(published(store)).toEqual(keys(3).map((key) => [key]));
    expect(await stored(store)).toEqual(keys(3));
    expect(store.statistics()).toMatchObject({ commits: 3, commands: 3, discardedBatches: 1 });
  });

  it('are answered although the hint to others fails', async () => {
    const backgroundErrors: unknown[] = [];
    const store = await open({
      onCommit: () => {
        throw new Error('the bus is broken');
      },
      onBackgroundError: (error) => backgroundErrors.push(error),
    });
    expect(await store.write(put('one'), ONE_LANE)).toBe('one');
    expect(await store.write(put('two'), ONE_LANE)).toBe('two');
    expect(backgroundErrors).toMatchObject([{ message: 'the bus is broken' }, { message: 'the bus is broken' }]);
  });

  it('are refused beyond the number that may wait, with nothing of them stored', async () => {
    const store = await open({ maxWaiting: 3 });
    const results = await Promise.allSettled(keys(5).map((key) => store.write(put(key), ONE_LANE)));
    expect(results.slice(3)).toMatchObject([
      { status: 'rejected', reason: { name: 'StoreOverloadedError' } },
      { status: 'rejected', reason: { name: 'StoreOverloadedError' } },
    ]);
    expect(await stored(store)).toEqual(keys(3));
  });
});

/** A change like any other: only its key matters here. */
function changeFor(key: string): Change {
  return { object: 'memberships', action: 'removed', event: 1, at: 0, user: { sid: 'US', service_sid: 'IS' }, key };
}

function keyOf(change: Change): string {
  return 'key' in change && change.key !== undefined ? change.key : '';
}
