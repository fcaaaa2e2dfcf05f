import { expect, it, onTestFinished } from 'vitest';
import { createKeyUses, endSessions } from '../../src/domain/index.ts';
import { startHousekeeping } from '../../src/server/housekeeping.ts';
import { domainOver, emptyDatabase, onEachEngine, openTestStore } from '../support/store.ts';

const HOUR_MS = 3_600_000;

onEachEngine('the ends of sessions', (engine) => {
  it('are numbered without gaps, also when many are made at once, and each account by itself', async () => {
    const { store, execute, account } = await domainOver(await openTestStore(await emptyDatabase(engine)));
    await Promise.all(Array.from({ length: 20 }, (_, at) => execute(endSessions, account, { identity: `user ${at}` })));
    const rows = await store.read.selectFrom('session_ends').select('number').orderBy('number').execute();
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
    const { session_ends } = await store.read.selectFrom('accounts').select('session_ends').executeTakeFirstOrThrow();
    expect(session_ends).toBe(20);
  });

  it('are kept as long as a session that they concern may live on a node that is cut off', async () => {
    const { store, clock, limits, execute, account } = await domainOver(
      await openTestStore(await emptyDatabase(engine)),
    );
    const onError = (error: unknown) => store.backgroundErrors.push(error);
    onTestFinished(startHousekeeping({ store, execute, clock, limits, keyUses: createKeyUses(), onError }));
    const resting = clock.pendingTimers();
    const rows = async () =>
      (await store.read.selectFrom('session_ends').select('identity').execute()).map(({ identity }) => identity);
    await execute(endSessions, account, { identity: 'first' });
    clock.jumpTo(clock.now() + 2 * HOUR_MS);
    await execute(endSessions, account, { identity: 'second' });
    // What is under way has seen the time before, and comes again in an hour only.
    await expect.poll(() => clock.pendingTimers()).toBe(resting);
    // The second is a day and half an hour old then.
    clock.jumpTo(clock.now() + 24.5 * HOUR_MS);
    await expect.poll(rows).toEqual(['second']);
    expect(store.backgroundErrors).toEqual([]);
  });
});
