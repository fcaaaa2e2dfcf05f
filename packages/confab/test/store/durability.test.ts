import { expect, it, onTestFinished } from 'vitest';
import { addParticipant, createConversation, listMessages, sendMessage } from '../../src/domain/index.ts';
import { readEventLog, START_OF_LOG } from '../../src/store/index.ts';
import { databaseOfSuite, domainOver, onEachEngine, openTestStore, turnsOfTheLoop } from '../support/store.ts';
import { createCommitGate } from './support/commit-gate.ts';

onEachEngine('what is acknowledged is durable (invariant 1)', (engine) => {
  const location = databaseOfSuite(engine);

  async function setUp() {
    const gate = createCommitGate();
    const store = await openTestStore(location(), { wrapConnection: gate.wrapConnection });
    onTestFinished(() => gate.open());
    const domain = await domainOver(store);
    const conversation = await domain.execute(createConversation, domain.account, { service: domain.service });
    store.published.length = 0;
    const send = (body: string) =>
      domain.execute(sendMessage, domain.account, { service: domain.service, conversation, body });
    return { gate, store, domain, conversation, send };
  }

  /** Remembers whether the promise has ended in either way. */
  function watched(promise: Promise<unknown>): { settled: boolean } {
    const state = { settled: false };
    const settle = () => {
      state.settled = true;
    };
    promise.then(settle, settle);
    return state;
  }

  it('answers nobody and publishes nothing while COMMIT is held, and does both afterwards', async () => {
    const { gate, store, conversation, send } = await setUp();
    const bodies = async () =>
      (await listMessages(store.read, conversation.id, { order: 'asc', limit: 10 })).map(({ body }) => body);
    gate.shut();
    const sends = ['one', 'two', 'three'].map(send);
    const states = sends.map(watched);
    await gate.reached();
    await turnsOfTheLoop();

    expect(states.map(({ settled }) => settled)).toEqual([false, false, false]);
    expect(store.published).toEqual([]);
    expect(await bodies()).toEqual([]);

    gate.open();
    expect((await Promise.all(sends)).map(({ index }) => index)).toEqual([0, 1, 2]);
    const changes = store.published.flatMap((changeSet) => changeSet.changes);
    expect(changes.filter(({ object }) => object === 'messages').map(({ event }) => event)).toEqual([1, 2, 3]);
    expect(await bodies()).toEqual(['one', 'two', 'three']);
  });

  it('publishes a change before it answers who made it', async () => {
    const { store, send } = await setUp();
    await send('hello');
    expect(store.published).toHaveLength(1);
  });

  it('does not tell a refusal either, as long as it rests on changes that are not durable', async () => {
    const { gate, domain, conversation, send } = await setUp();
    const add = () =>
      domain.execute(addParticipant, domain.account, {
        service: domain.service,
        conversation,
        identity: 'ann',
        joinPolicy: 'sid',
      });
    gate.shut();
    const first = add();
    const second = add();
    const third = send('hello');
    const states = [first, second, third].map(watched);
    await gate.reached();
    await turnsOfTheLoop();
    expect(states.map(({ settled }) => settled)).toEqual([false, false, false]);

    gate.open();
    await first;
    await expect(second).rejects.toMatchObject({ code: 50433 });
    await third;
  });

  it('keeps the event log behind the commit, too', async () => {
    const { gate, store, conversation, send } = await setUp();
    const log = async () =>
      (await readEventLog(store, START_OF_LOG, 1000))
        .filter(({ subject_sid, payload }) =>
          [subject_sid, JSON.parse(payload).conversation_sid].includes(conversation.sid),
        )
        .map(({ kind }) => kind);
    await expect.poll(log).toEqual(['conversation.added']);
    gate.shut();
    const sent = send('hello');
    await gate.reached();
    expect(await log()).toEqual(['conversation.added']);
    gate.open();
    await sent;
    await expect.poll(log).toEqual(['conversation.added', 'message.added']);
  });

  it('finishes what waits before it closes', async () => {
    const { gate, store, send } = await setUp();
    gate.shut();
    const sent = send('last');
    await gate.reached();
    const closed = store.close();
    const state = watched(closed);
    await turnsOfTheLoop();
    expect(state.settled).toBe(false);
    gate.open();
    expect((await sent).body).toBe('last');
    await closed;
    await expect(send('too late')).rejects.toMatchObject({ name: 'StoreUnavailableError' });
  });
});
