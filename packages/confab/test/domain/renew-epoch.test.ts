import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { firstStart, renewEpoch } from '../../src/domain/index.ts';
import { createSecretBox } from '../../src/secrets/index.ts';
import { appendEvent, type EventLogPosition, readEventLog, START_OF_LOG } from '../../src/store/index.ts';
import { needsPostgres } from '../support/postgres.ts';
import { emptyDatabase, onEachEngine, openTestStore } from '../support/store.ts';

const NOW = Date.UTC(2026, 0, 1);

onEachEngine('renewing the epoch', (engine) => {
  async function setUp() {
    const store = await openTestStore(await emptyDatabase(engine));
    return { store, secretBox: createSecretBox(randomBytes(32)) };
  }

  it('changes it, each time to another one, and nothing else', async () => {
    const { store, secretBox } = await setUp();
    const first = await firstStart(store, secretBox, {}, NOW);
    const epochs = new Set([first.epoch]);
    for (let time = 0; time < 2; time += 1) {
      await renewEpoch(store, secretBox);
      const { epoch, ...found } = await firstStart(store, secretBox, {}, NOW);
      expect({ ...found, epoch: first.epoch }).toEqual(first);
      expect(epoch).toMatch(/^[0-9a-f]{32}$/);
      epochs.add(epoch);
    }
    expect(epochs.size).toBe(3);
  });

  it('is refused with another master key than the database was made with, and changes nothing', async () => {
    const { store, secretBox } = await setUp();
    const { epoch } = await firstStart(store, secretBox, {}, NOW);
    await expect(renewEpoch(store, createSecretBox(randomBytes(32)))).rejects.toMatchObject({
      name: 'FirstStartError',
      message: expect.stringContaining('master key'),
    });
    expect(await firstStart(store, secretBox, {}, NOW)).toMatchObject({ epoch });
  });

  it('is refused in an empty database, and leaves it empty', async () => {
    const { store, secretBox } = await setUp();
    await expect(renewEpoch(store, secretBox)).rejects.toMatchObject({
      name: 'FirstStartError',
      message: expect.stringContaining('empty'),
    });
    expect(await store.read.selectFrom('meta').selectAll().execute()).toEqual([]);
  });
});

it('takes over the event log that another PostgreSQL server wrote, and its readers go on', needsPostgres, async () => {
  const store = await openTestStore(await emptyDatabase('postgres'));
  const secretBox = createSecretBox(randomBytes(32));
  await firstStart(store, secretBox, {}, NOW);
  const append = (kind: string) =>
    store.write(({ db }) =>
      appendEvent(db, { service_id: 1, kind, subject_sid: '', actor: '', payload: '{}', created_at: NOW }),
    );
  const kinds = async (position: EventLogPosition) =>
    (await readEventLog(store, position, 100)).map(({ kind }) => kind);
  await append('read');
  await append('unread');
  await append('unread too');
  const before = ['service.added', 'read', 'unread', 'unread too'];
  // Other tests on this server have transactions open, which hold back what is newer.
  await expect.poll(() => kinds(START_OF_LOG), { timeout: 30_000 }).toEqual(before);
  const [, read] = await readEventLog(store, START_OF_LOG, 100);
  // As after a dump was put back on a server that has counted fewer transactions.
  const ahead = 1_000_000_000;
  await store.write(async ({ db }) => {
    await db
      .updateTable('event_log')
      .set((eb) => ({ transaction_id: eb('transaction_id', '+', ahead) }))
      .execute();
    const cursor = { transaction_id: (read?.transaction_id ?? 0) + ahead, entry_id: read?.id ?? 0 };
    const lease = { holder: null, term: 1, leased_until: 0, seen_at: 0 };
    await db
      .insertInto('event_consumers')
      .values({ name: 'webhooks', ...cursor, ...lease })
      .execute();
  });
  expect(await kinds(START_OF_LOG)).toEqual([]);

  await renewEpoch(store, secretBox);
  expect(await kinds(START_OF_LOG)).toEqual(before);
  const { transaction_id, entry_id } = await store.read
    .selectFrom('event_consumers')
    .selectAll()
    .executeTakeFirstOrThrow();
  expect(await kinds({ transactionId: transaction_id, id: entry_id })).toEqual(['unread', 'unread too']);
  await append('after');
  await expect.poll(async () => (await kinds(START_OF_LOG)).at(-1), { timeout: 30_000 }).toBe('after');
});
