import { expect, it } from 'vitest';
import {
  addParticipant,
  createConversation,
  SYSTEM_ACTOR,
  sendMessage,
  setDeliveredHorizons,
} from '../../src/domain/index.ts';
import { databaseOfSuite, domainOver, onEachEngine, openTestStore } from '../support/store.ts';

onEachEngine('delivered horizons', (engine) => {
  const location = databaseOfSuite(engine);

  it('rise in one statement for all who have the same message, and never fall', async () => {
    const updates: string[] = [];
    const domain = await domainOver(
      await openTestStore(location(), {
        wrapConnection: (connection) => ({
          ...connection,
          execute(sql, parameters) {
            if (/^update "participants" set "last_delivered/.test(sql)) updates.push(sql);
            return connection.execute(sql, parameters);
          },
        }),
      }),
    );
    const { execute, account, service, store } = domain;
    const conversation = await execute(createConversation, account, { service });
    const target = { service, conversation };
    const users: number[] = [];
    for (let at = 0; at < 20; at += 1) {
      const { user } = await domain.user(`user ${at}`);
      await execute(addParticipant, account, { ...target, identity: user.identity, joinPolicy: 'sid' });
      users.push(user.id);
    }
    const stranger = (await domain.user('stranger')).user.id;
    await execute(sendMessage, account, { ...target, body: 'x' });
    const set = (userIds: readonly number[], index: number) =>
      execute(setDeliveredHorizons, SYSTEM_ACTOR, {
        conversationId: conversation.id,
        horizons: userIds.map((userId) => ({ userId, index })),
      });
    const stored = async () => {
      const rows = await store.read
        .selectFrom('participants')
        .select(['last_delivered_message_index as index', 'roster_event'])
        .where('conversation_id', '=', conversation.id)
        .orderBy('id')
        .execute();
      return rows.map(({ index }) => index);
    };
    const before = store.published.length;
    expect(await set([...users, stranger], 5)).toBe(20);
    expect(updates).toHaveLength(1);
    expect(await set(users.slice(0, 2), 7)).toBe(2);
    expect(await set(users, 5)).toBe(0);
    expect(await set(users.slice(0, 1), 3)).toBe(0);
    expect(await stored()).toEqual([7, 7, ...Array(18).fill(5)]);
    // Nobody is told.
    expect(store.published.slice(before)).toEqual([]);
    expect(
      await execute(setDeliveredHorizons, SYSTEM_ACTOR, { conversationId: 0, horizons: [{ userId: 1, index: 1 }] }),
    ).toBe(0);
  });
});
