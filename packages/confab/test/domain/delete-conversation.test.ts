import { describe, expect, it } from 'vitest';
import { manualClock } from '../../src/clock.ts';
import {
  addParticipant,
  changesSince,
  createConversation,
  deleteConversation,
  findConversation,
  headPosition,
  purgeDeletedConversations,
  removeMessage,
  sendMessage,
} from '../../src/domain/index.ts';
import { databaseClock } from '../../src/server/database-clock.ts';
import { needsPostgres } from '../support/postgres.ts';
import { databaseOfSuite, domainOver, emptyDatabase, onEachEngine, openTestStore } from '../support/store.ts';
import { overlap, twoNodes } from './support/two-nodes.ts';

const MEMBERS = 30;
const PAIR = { address: '+15005550001', proxyAddress: '+15005550006' };
const TABLES = ['messages', 'participants', 'number_pairs', 'sync_tombstones', 'conversations'] as const;

onEachEngine('deleting a conversation', (engine) => {
  const location = databaseOfSuite(engine);

  it('tells each member once, also who was away, and leaves nothing once the background has gone over it', async () => {
    const domain = await domainOver(await openTestStore(location()));
    const { execute, account, service, store } = domain;
    const conversation = await execute(createConversation, account, { service, uniqueName: 'gone' });
    const target = { service, conversation };
    const users = await Promise.all(Array.from({ length: MEMBERS }, (_, number) => domain.user(`member ${number}`)));
    for (const { user } of users) {
      await execute(addParticipant, account, { ...target, identity: user.identity, joinPolicy: 'sid' });
    }
    await execute(addParticipant, account, { ...target, ...PAIR, joinPolicy: 'sid' });
    for (let sent = 0; sent < 5; sent += 1) await execute(sendMessage, account, { ...target, body: 'x' });
    const { sid: messageSid } = await execute(sendMessage, account, { ...target, body: 'removed' });
    await execute(removeMessage, account, { ...target, messageSid });
    const told = store.published.length;

    const results = await Promise.allSettled([1, 2, 3].map(() => execute(deleteConversation, account, target)));
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    const changes = store.published.slice(told).flatMap((changeSet) => changeSet.changes);
    expect(changes.map(({ object }) => object)).toEqual([...Array(MEMBERS).fill('memberships'), 'channel']);
    for (const { user } of users) {
      const object = { kind: 'memberships', id: user.id, user: { sid: user.sid, service_sid: service.sid } } as const;
      expect(await changesSince(store.read, object, 1, 100)).toMatchObject({
        changes: [{ action: 'removed', event: 2, key: conversation.sid }],
        complete: true,
      });
    }
    const channel = { sid: conversation.sid, service_sid: service.sid };
    const object = { kind: 'channel', id: conversation.id, conversation: channel } as const;
    expect(await headPosition(store.read, object)).toBeUndefined();
    expect(await findConversation(store.read, service.id, 'gone')).toBeUndefined();

    let chunks = 0;
    while ((await purgeDeletedConversations(store, 2, 1)) > 0) chunks += 1;
    expect(chunks).toBeGreaterThan(3);
    for (const table of TABLES) {
      const rows = await store.read.selectFrom(table).selectAll().execute();
      // The users remember what they have lost; of the conversation nothing is left.
      expect(rows, table).toHaveLength(table === 'sync_tombstones' ? MEMBERS : 0);
    }
  });
});

describe('two nodes on PostgreSQL', needsPostgres, () => {
  it('give a number pair to two conversations at once: one has it, the other is told who', async () => {
    const nodes = await twoNodes(await emptyDatabase('postgres'));
    const { slow, fast, target, conversation } = nodes;
    const second = await fast.execute(createConversation, fast.account, { service: fast.service });
    const results = await overlap(
      nodes,
      () => slow.execute(addParticipant, slow.account, { ...target, ...PAIR, joinPolicy: 'sid' }),
      () => fast.execute(addParticipant, fast.account, { ...target, conversation: second, ...PAIR, joinPolicy: 'sid' }),
    );
    expect(results).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { code: 50416, message: expect.stringContaining(conversation.sid) } },
    ]);
  });

  it('share the clock of the database, whatever their own', async () => {
    const store = await openTestStore(await emptyDatabase('postgres'));
    const onError = (error: unknown) => expect(error).toBeUndefined();
    const [one, two] = [
      await databaseClock(manualClock(0), store, onError),
      await databaseClock(manualClock(Date.now() * 2), store, onError),
    ];
    expect(Math.abs(one.now() - two.now())).toBeLessThan(60_000);
    expect(Math.abs(one.now() - Date.now())).toBeLessThan(60_000);
    await Promise.all([one.stop(), two.stop()]);
  });
});
