import { expect, it, onTestFinished } from 'vitest';
import {
  addParticipant,
  type Change,
  createConversation,
  createKeyUses,
  deleteUser,
  findConversationFor,
  findParticipant,
  findUser,
  findUserBySid,
  finishDeletedUsers,
  headPosition,
  listMemberships,
  listParticipants,
  listUsers,
  liveKeysAndUsers,
  participantUserIds,
  requireConversation,
  sendMessage,
  setReadHorizon,
  updateUser,
} from '../../src/domain/index.ts';
import { MEMBERSHIPS_AT_ONCE } from '../../src/domain/participant/remove-memberships.ts';
import { startHousekeeping } from '../../src/server/housekeeping.ts';
import type { ChangeSet } from '../../src/store/index.ts';
import { domainOver, emptyDatabase, onEachEngine, openTestStore } from '../support/store.ts';

const CONVERSATIONS = 2 * MEMBERSHIPS_AT_ONCE + 3;

/** For `expect.poll`: there is much to do. */
const LONG = { timeout: 15_000 };

onEachEngine('deleting a user in many conversations', (engine) => {
  let made = 0;

  async function setUp() {
    const domain = await domainOver(await openTestStore(await emptyDatabase(engine)));
    const { execute, account, service, store, clock } = domain;
    const { read } = store;
    const actor = await domain.user(`user ${made++}`);
    const { identity } = actor.user;
    const conversations = await Promise.all(
      Array.from({ length: CONVERSATIONS }, () => execute(createConversation, account, { service })),
    );
    await Promise.all(
      conversations.map((conversation) =>
        execute(addParticipant, account, { service, conversation, identity, joinPolicy: 'sid' }),
      ),
    );
    /** Of these the user is still a participant, deleted or not. */
    const left = async () => {
      const rows = await read
        .selectFrom('participants')
        .select('conversation_id')
        .where('user_id', '=', actor.user.id)
        .execute();
      const ids = new Set(rows.map(({ conversation_id }) => conversation_id));
      return conversations.filter(({ id }) => ids.has(id));
    };
    return {
      ...domain,
      read,
      actor,
      identity,
      conversations,
      left,
      remove: (webhooks = false) => execute(deleteUser, account, { service, sidOrIdentity: identity }, { webhooks }),
      async finish() {
        while ((await finishDeletedUsers(store, clock.now(), 10)) > 0);
      },
      rows: () => read.selectFrom('users').selectAll().where('id', '=', actor.user.id).execute(),
    };
  }

  const removals = ({ changes }: ChangeSet): Change[] =>
    changes.filter((change) => change.object === 'memberships' && change.action === 'removed');

  it('ends their rights at once', async () => {
    const { execute, account, service, read, store, actor, identity, remove, left } = await setUp();
    const own = await execute(createConversation, actor, { service });
    const { id, sid } = actor.user;
    store.published.length = 0;
    await remove();
    expect(store.published).toMatchObject([{ rechecks: [{ of: 'user', sid }] }]);
    const remaining = await left();
    expect(remaining).toHaveLength(CONVERSATIONS - MEMBERSHIPS_AT_ONCE);

    expect(await findUser(read, service.id, identity)).toBeUndefined();
    expect(await findUser(read, service.id, sid)).toBeUndefined();
    expect(await findUserBySid(read, service.id, sid)).toBeUndefined();
    const listed = await listUsers(read, service.id, { order: 'desc', limit: 50 });
    expect(listed.map((row) => row.id)).not.toContain(id);
    expect((await liveKeysAndUsers(read, [], [id])).users).toEqual(new Set());
    expect(await listMemberships(read, id, { order: 'asc', limit: 10 })).toEqual([]);
    for (const kind of ['memberships', 'user_info'] as const) {
      expect(await headPosition(read, { kind, id, user: { sid, service_sid: service.sid } })).toBeUndefined();
    }
    for (const conversation of [own, ...remaining.slice(0, 1)]) {
      const target = { service, conversation };
      expect(await findConversationFor(read, actor, conversation.sid, 'sid')).toMatchObject({ access: 'none' });
      expect(await participantUserIds(read, conversation.id, [id])).toEqual(new Set());
      const notParticipant = { code: 50430 };
      await expect(execute(sendMessage, actor, { ...target, body: 'late' })).rejects.toMatchObject(notParticipant);
      await expect(execute(setReadHorizon, actor, { ...target, userId: id, index: 0 })).rejects.toMatchObject(
        notParticipant,
      );
      const join = execute(addParticipant, actor, { ...target, identity, joinPolicy: 'sid' });
      await expect(join).rejects.toMatchObject(notParticipant);
    }
    const notAllowed = { code: 50107 };
    await expect(execute(createConversation, actor, { service })).rejects.toMatchObject(notAllowed);
    const rename = { service, sidOrIdentity: identity, friendlyName: 'late' };
    await expect(execute(updateUser, actor, rename)).rejects.toMatchObject(notAllowed);
    await expect(execute(updateUser, account, rename)).rejects.toMatchObject({ code: 20404 });
    await expect(remove()).rejects.toMatchObject({ code: 20404 });
    const again = execute(deleteUser, account, { service, sidOrIdentity: sid });
    await expect(again).rejects.toMatchObject({ code: 20404 });
  });

  it('takes them out of all conversations, of some in each transaction', async () => {
    const { store, actor, conversations, remove, finish, rows, read, service } = await setUp();
    store.published.length = 0;
    await remove();
    await finish();
    const sizes = store.published.map((changeSet) => removals(changeSet).length);
    expect(sizes).toEqual([MEMBERSHIPS_AT_ONCE, MEMBERSHIPS_AT_ONCE, 3]);
    const told = store.published.flatMap(removals);
    expect(told.map(({ event }) => event)).toEqual(conversations.map((_, at) => CONVERSATIONS + 1 + at));
    for (const { id, sid } of conversations) {
      const roster = store.published
        .flatMap(({ changes }) => changes)
        .filter((change) => change.object === 'roster' && change.conversation.sid === sid);
      expect(roster).toMatchObject([{ action: 'removed', event: 2 }]);
      expect(await requireConversation(read, service.id, sid)).toMatchObject({
        participants_count: 0,
        roster_event: 2,
      });
      expect(await listParticipants(read, id, { order: 'asc', limit: 10 })).toEqual([]);
    }
    expect(await rows()).toEqual([]);
    const tombstones = read.selectFrom('sync_tombstones').select('key').where('object', '=', 'memberships');
    expect(await tombstones.where('owner_id', '=', actor.user.id).execute()).toEqual([]);
  });

  it('tells of all of them with the origin of the request, also of those beyond the first', async () => {
    const { remove, finish, read } = await setUp();
    await remove(true);
    await finish();
    const told = await read
      .selectFrom('event_log')
      .select(['source', 'webhooks'])
      .where('kind', '=', 'participant.removed')
      .execute();
    expect(told).toEqual(Array.from({ length: CONVERSATIONS }, () => ({ source: 'API', webhooks: 1 })));
  });

  it('frees the identity at once, for a new user who has nothing of the old one', async () => {
    const { execute, account, service, read, store, actor, identity, remove, left, finish, user } = await setUp();
    await remove();
    const anew = await user(identity);
    expect(anew.user.sid).not.toBe(actor.user.sid);
    expect(await findUser(read, service.id, identity)).toMatchObject({ id: anew.user.id, identity });
    const [conversation, other] = await left();
    if (conversation === undefined || other === undefined) throw new Error('nothing is left');
    const target = { service, conversation };
    expect(await listMemberships(read, anew.user.id, { order: 'asc', limit: 10 })).toEqual([]);
    const send = () => execute(sendMessage, anew, { ...target, body: 'hello' });
    await expect(send()).rejects.toMatchObject({ code: 50430 });

    // What the old one has left behind does not keep them out.
    store.published.length = 0;
    await execute(addParticipant, account, { ...target, identity, joinPolicy: 'sid' });
    const roster = store.published.flatMap(({ changes }) => changes).filter(({ object }) => object === 'roster');
    expect(roster).toMatchObject([
      { action: 'removed', event: 2 },
      { action: 'added', event: 3, row: { user_sid: anew.user.sid } },
    ]);
    await send();
    await finish();
    expect(await findParticipant(read, conversation.id, identity)).toMatchObject({ user_id: anew.user.id });
    expect(await findParticipant(read, other.id, identity)).toBeUndefined();
    expect(await requireConversation(read, service.id, conversation.sid)).toMatchObject({ participants_count: 1 });
  });

  it('goes on by itself, within a second', async () => {
    const { store, execute, clock, limits, remove, rows } = await setUp();
    const stop = startHousekeeping({
      store,
      execute,
      clock,
      limits,
      keyUses: createKeyUses(),
      onError: (error) => store.backgroundErrors.push(error),
    });
    onTestFinished(stop);
    await remove();
    expect(await rows()).toHaveLength(1);
    clock.advance(1000);
    await expect.poll(rows, LONG).toEqual([]);
    expect(store.backgroundErrors).toEqual([]);
  });
});
