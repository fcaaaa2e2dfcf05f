import { expect, it } from 'vitest';
import { manualClock } from '../../src/clock.ts';
import {
  createConversation,
  dueConversations,
  elapseTimer,
  requireConversation,
  SYSTEM_ACTOR,
  sendMessage,
  updateConversation,
} from '../../src/domain/index.ts';
import { createLogger } from '../../src/logging.ts';
import { startTimers } from '../../src/timers/index.ts';
import { followLog, LONG } from '../store/support/follow-log.ts';
import {
  databaseOfSuite,
  domainOver,
  emptyDatabase,
  onEachEngine,
  openTestStore,
  type TestDomain,
} from '../support/store.ts';

const MINUTE = 60_000;
const TIMERS = { state: 'active', inactiveTimer: 'PT1M', closedTimer: 'PT10M' };

function timersOf({ store, execute, clock }: TestDomain) {
  return startTimers({ read: store.read, execute, clock, logger: createLogger({ level: 'silent' }) });
}

function stateOf({ store, service }: TestDomain, sid: string) {
  return async () => (await requireConversation(store.read, service.id, sid)).state;
}

/** The same a second later each time: the timers may have looked at the clock before it was moved. */
function onceMore(domain: TestDomain, sid: string) {
  return () => {
    domain.clock.advance(1000);
    return stateOf(domain, sid)();
  };
}

onEachEngine('timers', (engine) => {
  const location = databaseOfSuite(engine);

  it('fire when the clock has reached them, one after the other, and are told once', async () => {
    const domain = await domainOver(await openTestStore(location()));
    const { execute, account, service, clock, store } = domain;
    const { sid } = await execute(createConversation, account, { service, ...TIMERS });
    const timers = timersOf(domain);
    const state = stateOf(domain, sid);
    clock.advance(MINUTE - 1);
    timers.wake();
    await timers.stop();
    expect(await state()).toBe('active');

    const again = timersOf(domain);
    await expect.poll(onceMore(domain, sid), LONG).toBe('inactive');
    clock.advance(9 * MINUTE);
    await expect.poll(onceMore(domain, sid), LONG).toBe('closed');
    await again.stop();
    const row = await requireConversation(store.read, service.id, sid);
    expect(row).toMatchObject({ inactive_at: null, closed_at: null, channel_event: 2 });
    const told = store.published.flatMap(({ changes }) => changes);
    expect(told).toMatchObject([
      { object: 'channel', event: 1, row: { state: 'inactive' } },
      { object: 'channel', event: 2, row: { state: 'closed' } },
    ]);
    const log = followLog(store);
    const entriesSoFar = () => log.entries.filter(({ kind }) => kind === 'conversation.state_updated');
    await expect.poll(async () => (await log.readOn()) && entriesSoFar().length, LONG).toBe(2);
    const entries = entriesSoFar();
    expect(entries.map(({ actor, payload }) => ({ actor, ...JSON.parse(payload) }))).toMatchObject([
      { actor: 'system', sid, state_from: 'active', state_to: 'inactive', reason: 'TIMER' },
      { actor: 'system', sid, state_from: 'inactive', state_to: 'closed', reason: 'TIMER' },
    ]);
  });

  it('fire after a restart what has fallen due in the meantime, in its order, also when the clock has jumped', async () => {
    const place = await emptyDatabase(engine);
    const before = await domainOver(await openTestStore(place));
    const { sid } = await before.execute(createConversation, before.account, { service: before.service, ...TIMERS });
    await before.store.close();
    const after = await domainOver(await openTestStore(place));
    after.clock.jumpTo(after.clock.now() + 1000 * MINUTE);
    const timers = timersOf(after);
    await expect.poll(stateOf(after, sid), LONG).toBe('closed');
    await timers.stop();
    expect(after.store.published.flatMap(({ changes }) => changes)).toMatchObject([
      { row: { state: 'inactive' } },
      { row: { state: 'closed' } },
    ]);
  });

  it('fire once, however many nodes look', async () => {
    const domain = await domainOver(await openTestStore(location()));
    const { execute, account, service, clock, store } = domain;
    const made = await Promise.all(
      Array.from({ length: 5 }, () => execute(createConversation, account, { service, ...TIMERS })),
    );
    clock.advance(2 * MINUTE);
    const due = await dueConversations(store.read, clock.now(), 100);
    expect(new Set(due.map(({ id }) => id))).toEqual(new Set(made.map(({ id }) => id)));
    const fired = await Promise.all(
      [...due, ...due, ...due].map((conversation) => execute(elapseTimer, SYSTEM_ACTOR, conversation)),
    );
    expect(fired.filter(Boolean)).toHaveLength(made.length);
    expect(store.published.flatMap(({ changes }) => changes)).toHaveLength(made.length);
    expect(await dueConversations(store.read, clock.now(), 100)).toEqual([]);
  });

  it('begin anew with a message, a state, and a timer that is set; not with anything else', async () => {
    const domain = await domainOver(await openTestStore(location()));
    const { execute, account, service, clock, store } = domain;
    const start = clock.now();
    const conversation = await execute(createConversation, account, { service, ...TIMERS });
    const target = { service, conversation };
    const due = async () => {
      const row = await requireConversation(store.read, service.id, conversation.sid);
      return [row.inactive_at, row.closed_at].map((at) => at && (at - start) / MINUTE);
    };
    expect(await due()).toEqual([1, 10]);
    clock.jumpTo(start + MINUTE);
    await execute(updateConversation, account, { ...target, friendlyName: 'Plans', state: 'active' });
    expect(await due()).toEqual([1, 10]);
    await execute(sendMessage, account, { ...target, body: 'hello' });
    expect(await due()).toEqual([2, 11]);
    await execute(updateConversation, account, { ...target, closedTimer: 'PT20M' });
    expect(await due()).toEqual([2, 21]);
    clock.jumpTo(start + 2 * MINUTE);
    expect(await execute(elapseTimer, SYSTEM_ACTOR, conversation)).toBe(true);
    expect(await due()).toEqual([null, 21]);
    await execute(sendMessage, account, { ...target, body: 'again' });
    expect(await due()).toEqual([3, 22]);
    await execute(updateConversation, account, { ...target, state: 'inactive', inactiveTimer: 'PT30M' });
    expect(await due()).toEqual([null, 22]);
    await execute(updateConversation, account, { ...target, state: 'active' });
    expect(await due()).toEqual([32, 22]);
    await execute(updateConversation, account, { ...target, inactiveTimer: 'PT0S', closedTimer: '' });
    expect(await due()).toEqual([null, null]);
  });

  it('keep on after a failure of the database', async () => {
    const domain = await domainOver(await openTestStore(location()));
    const { sid } = await domain.execute(createConversation, domain.account, { service: domain.service, ...TIMERS });
    let failures = 2;
    const timers = startTimers({
      read: domain.store.read,
      clock: domain.clock,
      logger: createLogger({ level: 'silent' }),
      execute: (command, actor, input) =>
        failures-- > 0 ? Promise.reject(new Error('no database')) : domain.execute(command, actor, input),
    });
    domain.clock.advance(2 * MINUTE);
    await expect.poll(onceMore(domain, sid), LONG).toBe('inactive');
    await timers.stop();
    expect(domain.clock.pendingTimers()).toBe(0);
  });
});

it('timers that are not due cost a look at what is due, and nothing else', async () => {
  const clock = manualClock(0);
  const domain = await domainOver(await openTestStore(await emptyDatabase('sqlite')));
  const { execute, account, service, store } = domain;
  for (let made = 0; made < 20; made += 1) await execute(createConversation, account, { service, ...TIMERS });
  const commits = store.statistics().commits;
  const timers = startTimers({ read: store.read, execute, clock, logger: createLogger({ level: 'silent' }) });
  await timers.stop();
  expect(store.statistics().commits).toBe(commits);
  const { rows } = await store.read.executeQuery<{ detail: string }>({
    ...store.read
      .selectFrom('conversations')
      .select('id')
      .where('closed_at', '<=', 1)
      .orderBy('closed_at')
      .limit(9)
      .compile(),
    sql: 'EXPLAIN QUERY PLAN select id from conversations where closed_at <= ? order by closed_at limit ?',
  });
  expect(rows.map(({ detail }) => detail).join()).toContain('conversations_closed_at (closed_at<?)');
});
