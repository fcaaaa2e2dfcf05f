import { describe, expect, it, onTestFinished } from 'vitest';
import { appendEvent, type Transaction } from '../../src/store/index.ts';
import { needsPostgres } from '../support/postgres.ts';
import { databaseOfSuite, onEachEngine, openTestStore, turnsOfTheLoop } from '../support/store.ts';
import { createCommitGate } from './support/commit-gate.ts';
import { followLog, LONG } from './support/follow-log.ts';

const append = (subject: string) => (tx: Transaction) =>
  appendEvent(tx.db, {
    service_id: 1,
    kind: 'test',
    subject_sid: subject,
    actor: 'system',
    payload: '{}',
    created_at: 0,
  });

onEachEngine('the event log', (engine) => {
  const location = databaseOfSuite(engine);

  it('is read without a gap and without a repetition while others write', async () => {
    const store = await openTestStore(location(), { maxBatch: 3 });
    const log = followLog(store, 7);
    await log.readOn();
    const subjects = Array.from({ length: 200 }, (_, number) => `subject ${number}`);
    const written = Promise.all(
      subjects.map(async (subject, number) => {
        // Refusals leave gaps in the ids.
        if (number % 10 === 0) await store.write(refusing(subject)).catch(() => {});
        await store.write(append(subject));
      }),
    );
    let done = false;
    const ended = written.finally(() => {
      done = true;
    });
    while (!done) {
      await log.readOn();
      await turnsOfTheLoop(1);
    }
    await ended;
    const seen = () => log.entries.map(({ subject_sid }) => subject_sid).filter((sid) => sid.startsWith('subject'));
    await expect.poll(async () => (await log.readOn()) && seen().length, LONG).toBe(subjects.length);
    expect(new Set(seen())).toEqual(new Set(subjects));
  });
});

function refusing(subject: string) {
  return async (tx: Transaction) => {
    await append(`refused ${subject}`)(tx);
    throw new Error('refused');
  };
}

describe('the event log on PostgreSQL, of two transactions', needsPostgres, () => {
  const location = databaseOfSuite('postgres');

  for (const { title, olderAppends } of [
    // The one that commits last has both the lower transaction id and the lower entry id.
    { title: 'that commit in the reverse order of their entries', olderAppends: 'first' },
    // It has the lower transaction id, and the higher entry id.
    { title: 'of which the older makes its entry last', olderAppends: 'last' },
  ] as const) {
    it(`${title}: the reader waits for the older one, and skips none`, async () => {
      const gate = createCommitGate();
      const goOn = Promise.withResolvers<void>();
      const store = await openTestStore(location(), { wrapConnection: gate.wrapConnection });
      onTestFinished(() => {
        goOn.resolve();
        gate.open();
      });
      const older = `older ${olderAppends}`;
      const newer = `newer ${olderAppends}`;
      const log = followLog(store);
      const subjects = async () => (await log.readOn()).map(({ subject_sid }) => subject_sid);

      const begun = Promise.withResolvers<void>();
      const slow = store.write(
        async (tx) => {
          if (olderAppends === 'first') await append(older)(tx);
          else await takeTransactionId(tx);
          begun.resolve();
          await goOn.promise;
          if (olderAppends === 'last') await append(older)(tx);
        },
        { affinity: 0 },
      );
      await begun.promise;
      await store.write(append(newer), { affinity: 1 });
      // Committed, and yet not to be read.
      expect(await subjects()).not.toContain(newer);

      gate.shut();
      goOn.resolve();
      await gate.reached();
      expect(await subjects()).not.toContain(newer);
      gate.open();
      await slow;
      await expect.poll(subjects, LONG).toContain(newer);
      expect((await subjects()).slice(-2)).toEqual([older, newer]);
    });
  }
});

/** Makes the transaction one that writes, without an entry. */
async function takeTransactionId({ db }: Transaction): Promise<void> {
  await db.insertInto('meta').values({ key: 'has a transaction id', value: '' }).execute();
}
