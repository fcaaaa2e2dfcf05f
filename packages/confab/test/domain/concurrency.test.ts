import { describe, expect, it } from 'vitest';
import type { Limits } from '../../src/config/limits.ts';
import {
  addParticipant,
  createConversation,
  findMessage,
  findParticipant,
  listMessages,
  requireConversation,
  sendMessage,
  setReadHorizon,
  updateMessage,
  updateParticipant,
} from '../../src/domain/index.ts';
import { needsPostgres } from '../support/postgres.ts';
import { databaseOfSuite, domainOver, onEachEngine, openTestStore, type TestDomain } from '../support/store.ts';
import { overlap, twoNodes } from './support/two-nodes.ts';

const SENDERS = 100;

onEachEngine('a hundred senders at once', (engine) => {
  const location = databaseOfSuite(engine);

  it('get the indexes without a gap, in the order in which they are answered', async () => {
    const domain = await domainOver(await openTestStore(location()));
    const { execute, account, service, store } = domain;
    const conversation = await execute(createConversation, account, { service });
    const target = { service, conversation };
    const users = await Promise.all(Array.from({ length: SENDERS }, (_, number) => domain.user(`sender ${number}`)));
    await Promise.all(
      users.map(({ user }) =>
        execute(addParticipant, account, { ...target, identity: user.identity, joinPolicy: 'sid' }),
      ),
    );
    const answered: number[] = [];
    await Promise.all(
      users.map(async (user) => {
        const { index } = await execute(sendMessage, user, { ...target, body: user.user.identity });
        answered.push(index);
      }),
    );
    expect(answered).toEqual(Array.from({ length: SENDERS }, (_, index) => index));
    const messages = await listMessages(store.read, conversation.id, { order: 'asc', limit: 1000 });
    expect(new Set(messages.map(({ body }) => body)).size).toBe(SENDERS);
    expect(messages.every(({ body, author }) => body === author)).toBe(true);
    expect(await requireConversation(store.read, service.id, conversation.sid)).toMatchObject({
      messages_count: SENDERS,
      participants_count: SENDERS,
      messages_event: SENDERS,
      channel_event: SENDERS,
      roster_event: SENDERS,
    });
    const told = store.published
      .flatMap((changeSet) => changeSet.changes)
      .flatMap((change) => (change.object === 'messages' ? [change.event] : []));
    expect(told).toEqual(Array.from({ length: SENDERS }, (_, at) => at + 1));
  });
});

describe('two nodes on one PostgreSQL', needsPostgres, () => {
  const location = databaseOfSuite('postgres');

  const setUp = (limits?: Partial<Limits>) => twoNodes(location(), limits);

  it('send to one conversation: no index twice, none left out, whatever isolation is the default', async () => {
    const database = location();
    if (database.engine !== 'postgres') throw new Error('not PostgreSQL');
    const url = new URL(database.url);
    url.searchParams.set('options', '-c default_transaction_isolation=serializable');
    const strict = { engine: 'postgres', url: url.href } as const;
    const [one, other] = [await domainOver(await openTestStore(strict)), await domainOver(await openTestStore(strict))];
    const conversation = await one.execute(createConversation, one.account, { service: one.service });
    const bodies = Array.from({ length: SENDERS }, (_, number) => `message ${number}`);
    await Promise.all(
      bodies.map((body, number) => {
        const { execute, account, service } = number % 2 === 0 ? one : other;
        return execute(sendMessage, account, { service, conversation, body });
      }),
    );
    const messages = await listMessages(one.store.read, conversation.id, { order: 'asc', limit: 1000 });
    expect(messages.map(({ index }) => index)).toEqual(bodies.map((_, index) => index));
    expect(new Set(messages.map(({ body }) => body))).toEqual(new Set(bodies));
    // Nobody had to run twice.
    expect([one, other].map(({ store }) => store.statistics().discardedBatches)).toEqual([0, 0]);
  });

  it('change different things of one message: both stay', async () => {
    const nodes = await setUp();
    const { slow, fast, target, conversation } = nodes;
    const { sid: messageSid } = await slow.execute(sendMessage, slow.account, { ...target, body: 'before' });
    await overlap(
      nodes,
      () => slow.execute(updateMessage, slow.account, { ...target, messageSid, body: 'after' }),
      () => fast.execute(updateMessage, fast.account, { ...target, messageSid, attributes: '{"a":1}' }),
    );
    expect(await findMessage(slow.store.read, conversation.id, messageSid)).toMatchObject({
      body: 'after',
      attributes: '{"a":1}',
    });
  });

  it('change different things of one participant: both stay, and are told', async () => {
    const nodes = await setUp();
    const { slow, fast, target, conversation } = nodes;
    const userId = (await slow.user('ann')).user.id;
    const { role_sid } = await slow.execute(addParticipant, slow.account, {
      ...target,
      identity: 'ann',
      joinPolicy: 'sid',
    });
    const other = await slow.store.read
      .selectFrom('roles')
      .select('sid')
      .where('service_id', '=', slow.service.id)
      .where('type', '=', 'conversation')
      .where('sid', '!=', role_sid)
      .executeTakeFirstOrThrow();
    await slow.execute(sendMessage, slow.account, { ...target, body: 'to be read' });
    const update = { ...target, sidOrIdentity: 'ann' };
    await overlap(
      nodes,
      () => slow.execute(updateParticipant, slow.account, { ...update, roleSid: other.sid }),
      () => fast.execute(updateParticipant, fast.account, { ...update, attributes: '{"a":1}' }),
    );
    await overlap(
      nodes,
      () => slow.execute(updateParticipant, slow.account, { ...update, attributes: '{"a":2}' }),
      () => fast.execute(setReadHorizon, fast.account, { ...target, userId, index: 0 }),
    );
    const expected = { attributes: '{"a":2}', role_sid: other.sid, last_read_message_index: 0 };
    expect(await findParticipant(slow.store.read, conversation.id, 'ann')).toMatchObject(expected);
    const told = fast.store.published.flatMap(({ changes }) => changes).filter(({ object }) => object === 'roster');
    expect(told.at(-1)).toMatchObject({ row: expected });
  });

  it('add a user to two conversations at once: not beyond the limit of their conversations', async () => {
    const nodes = await setUp({ conversationsPerUser: 1 });
    const { slow, fast, target, conversation } = nodes;
    const second = await fast.execute(createConversation, fast.account, { service: fast.service });
    const bob = { identity: 'bob', joinPolicy: 'sid' } as const;
    await slow.user('bob');
    const results = await overlap(
      nodes,
      () => slow.execute(addParticipant, slow.account, { ...target, ...bob }),
      () => fast.execute(addParticipant, fast.account, { service: fast.service, conversation: second, ...bob }),
    );
    expect(results).toMatchObject([{ status: 'fulfilled' }, { status: 'rejected', reason: { code: 50208 } }]);
    expect(await findParticipant(slow.store.read, conversation.id, 'bob')).toBeDefined();
    expect(await findParticipant(slow.store.read, second.id, 'bob')).toBeUndefined();
  });

  it('add users to two conversations in opposite order: deadlocks are resolved, nobody is left out', async () => {
    const { slow, fast, target } = await setUp();
    const second = await fast.execute(createConversation, fast.account, { service: fast.service });
    const identities = Array.from({ length: 10 }, (_, number) => `user ${number}`);
    await Promise.all(identities.map((identity) => slow.user(identity)));
    const add = (node: TestDomain, conversation: typeof second, identity: string) =>
      node.execute(addParticipant, node.account, { ...target, conversation, identity, joinPolicy: 'sid' });
    await Promise.all([
      ...identities.map((identity) => add(slow, target.conversation, identity)),
      ...identities.toReversed().map((identity) => add(fast, second, identity)),
    ]);
    for (const { sid } of [target.conversation, second]) {
      const row = await requireConversation(slow.store.read, slow.service.id, sid);
      expect(row).toMatchObject({ participants_count: identities.length, roster_event: identities.length });
    }
  });
});
