import { describe, expect, it } from 'vitest';
import {
  type Actor,
  addParticipant,
  type Command,
  connectUser,
  createCommandRunner,
  createConversation,
  createService,
  createUser,
  DomainError,
  deleteService,
  deleteUser,
  findMessage,
  findParticipant,
  findParticipantOfUser,
  findUser,
  finishDeletedUsers,
  listMessages,
  purgeDeletedServices,
  removeParticipant,
  requireConversation,
  sendMessage,
  serviceRef,
  setReadHorizon,
  type UserActor,
  updateConversation,
  updateMessage,
  updateParticipant,
  updateRole,
  updateUser,
} from '../../src/domain/index.ts';
import { needsPostgres } from '../support/postgres.ts';
import { databaseOfSuite, openTestStore, type TestDomain } from '../support/store.ts';
import { overlap, twoNodes } from './support/two-nodes.ts';

type Nodes = Awaited<ReturnType<typeof twoNodes>>;

const NOT_PARTICIPANT = { status: 'rejected', reason: { code: 50430 } };
const NOT_ALLOWED = { status: 'rejected', reason: { code: 50107 } };
const NOT_FOUND = { status: 'rejected', reason: { code: 20404 } };

/** How often each node tries everything while the rows of the service go. */
const ROUNDS = 12;

let made = 0;

describe('two nodes on one PostgreSQL', needsPostgres, () => {
  const location = databaseOfSuite('postgres');

  /** Somebody new in the conversation. Who made it, is its admin; the others are not. */
  async function setUp() {
    const nodes = await twoNodes(location());
    const { slow } = nodes;
    const actor = await slow.user(`user ${made++}`);
    const { identity } = actor.user;
    const conversation = await slow.execute(createConversation, actor, { service: slow.service });
    const target = { service: slow.service, conversation };
    const add = (node: TestDomain, who: Actor, name: string) =>
      node.execute(addParticipant, who, { ...target, identity: name, joinPolicy: 'never' });
    const { role_sid: adminRole } = await add(slow, slow.account, identity);
    const other = await add(slow, slow.account, `${identity}’s friend`);
    return {
      ...nodes,
      conversation,
      target,
      actor,
      adminRole,
      userRole: other.role_sid,
      add,
      remove: (node: TestDomain) =>
        node.execute(removeParticipant, node.account, { ...target, sidOrIdentity: identity }),
      deleteUser: (node: TestDomain) =>
        node.execute(deleteUser, node.account, { service: slow.service, sidOrIdentity: identity }),
      demote: (node: TestDomain) =>
        node.execute(updateParticipant, node.account, {
          ...target,
          sidOrIdentity: identity,
          roleSid: other.role_sid ?? undefined,
        }),
      row: () => requireConversation(slow.store.read, slow.service.id, conversation.sid),
    };
  }

  /** The roster events of the conversation that both nodes have told, in ascending order. */
  function rosterEvents({ slow, fast }: Pick<Nodes, 'slow' | 'fast'>, sid: string): number[] {
    return [slow, fast]
      .flatMap(({ store }) => store.published)
      .flatMap(({ changes }) => changes)
      .flatMap((change) => (change.object === 'roster' && change.conversation.sid === sid ? [change.event] : []))
      .sort((a, b) => a - b);
  }

  describe('remove a participant and delete their user', () => {
    for (const [title, firstOf, secondOf, results] of [
      ['removed first', 'remove', 'deleteUser', [{ status: 'fulfilled' }, { status: 'fulfilled' }]],
      [
        'deleted first',
        'deleteUser',
        'remove',
        [{ status: 'fulfilled' }, { status: 'rejected', reason: { code: 50432 } }],
      ],
    ] as const) {
      it(`${title}: they leave once`, async () => {
        const nodes = await setUp();
        const { slow, fast, conversation, actor } = nodes;
        const settled = await overlap<unknown, unknown>(
          nodes,
          () => nodes[firstOf](slow),
          () => nodes[secondOf](fast),
        );
        expect(settled).toMatchObject(results);
        expect(await nodes.row()).toMatchObject({ participants_count: 1, roster_event: 3 });
        expect(rosterEvents(nodes, conversation.sid)).toEqual([1, 2, 3]);
        expect(await findUser(slow.store.read, slow.service.id, actor.user.identity)).toBeUndefined();
      });
    }
  });

  it('both messages that make an inactive conversation active at once are sent', async () => {
    const nodes = await setUp();
    const { slow, fast, target, conversation } = nodes;
    await slow.execute(updateConversation, slow.account, { ...target, state: 'inactive' });
    const settled = await overlap(
      nodes,
      () => slow.execute(sendMessage, slow.account, { ...target, body: 'one' }),
      () => fast.execute(sendMessage, fast.account, { ...target, body: 'two' }),
    );
    expect(settled).toMatchObject([
      { status: 'fulfilled', value: { index: 0 } },
      { status: 'fulfilled', value: { index: 1 } },
    ]);
    expect(await requireConversation(slow.store.read, slow.service.id, conversation.sid)).toMatchObject({
      state: 'active',
      messages_count: 2,
    });
  });

  describe('take a right away while its owner uses it', () => {
    const WHO = `newcomer ${made++}`;
    const uses: Record<string, (nodes: Awaited<ReturnType<typeof setUp>>, messageSid: string) => Promise<unknown>> = {
      sendMessage: ({ fast, actor, target }) => fast.execute(sendMessage, actor, { ...target, body: 'late' }),
      updateMessage: ({ fast, actor, target }, messageSid) =>
        fast.execute(updateMessage, actor, { ...target, messageSid, body: 'late' }),
      updateConversation: ({ fast, actor, target }) =>
        fast.execute(updateConversation, actor, { ...target, friendlyName: 'late' }),
      addParticipant: ({ fast, actor, add }) => add(fast, actor, WHO),
    };

    async function refused(
      take: 'remove' | 'deleteUser' | 'demote',
      use: keyof typeof uses,
      refusal: typeof NOT_ALLOWED,
    ): Promise<void> {
      const nodes = await setUp();
      const { slow, target, conversation } = nodes;
      const message = await slow.execute(sendMessage, slow.account, { ...target, body: 'early' });
      const settled = await overlap<unknown, unknown>(
        nodes,
        () => nodes[take](slow),
        async () => uses[use]?.(nodes, message.sid),
      );
      expect(settled).toMatchObject([{ status: 'fulfilled' }, refusal]);
      const { read } = slow.store;
      expect(await findMessage(read, conversation.id, message.sid)).toEqual(message);
      expect(await listMessages(read, conversation.id, { order: 'asc', limit: 10 })).toEqual([message]);
      expect(await findParticipant(read, conversation.id, WHO)).toBeUndefined();
      // One for each who was added, and one for the loss.
      expect(await nodes.row()).toMatchObject({
        friendly_name: null,
        messages_event: 1,
        messages_count: 1,
        roster_event: 3,
      });
      expect(rosterEvents(nodes, conversation.sid)).toEqual([1, 2, 3]);
    }

    for (const take of ['remove', 'deleteUser'] as const) {
      it.each(Object.keys(uses))(`%s waits for ${take}, and is refused`, (use) => refused(take, use, NOT_PARTICIPANT));
    }
    // Ordinary participants may send.
    const others = Object.keys(uses).filter((use) => use !== 'sendMessage');
    it.each(others)('%s waits for a change of role, and is refused', (use) => refused('demote', use, NOT_ALLOWED));
  });

  describe('add a participant and delete their user', () => {
    it('added first: the participant goes with the user', async () => {
      const nodes = await twoNodes(location());
      const { slow, fast, conversation, target } = nodes;
      const { user } = await slow.user(`user ${made++}`);
      const settled = await overlap(
        nodes,
        () => slow.execute(addParticipant, slow.account, { ...target, identity: user.identity, joinPolicy: 'sid' }),
        () => fast.execute(deleteUser, fast.account, { service: target.service, sidOrIdentity: user.identity }),
      );
      expect(settled).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }]);
      const { read } = fast.store;
      expect(await findParticipantOfUser(read, user.id, conversation.id)).toBeUndefined();
      while ((await finishDeletedUsers(fast.store, fast.clock.now(), 10)) > 0);
      expect(await findParticipant(read, conversation.id, user.identity)).toBeUndefined();
      expect(await requireConversation(read, target.service.id, conversation.sid)).toMatchObject({
        participants_count: 0,
        roster_event: 2,
      });
      expect(rosterEvents(nodes, conversation.sid)).toEqual([1, 2]);
      expect(await read.selectFrom('users').select('id').where('id', '=', user.id).execute()).toEqual([]);
    });

    it('deleted first: the participant has a new user', async () => {
      const nodes = await twoNodes(location());
      const { slow, fast, conversation, target } = nodes;
      const { user } = await slow.user(`user ${made++}`);
      const settled = await overlap(
        nodes,
        () => slow.execute(deleteUser, slow.account, { service: target.service, sidOrIdentity: user.identity }),
        () => fast.execute(addParticipant, fast.account, { ...target, identity: user.identity, joinPolicy: 'sid' }),
      );
      expect(settled).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }]);
      while ((await finishDeletedUsers(fast.store, fast.clock.now(), 10)) > 0);
      const participant = await findParticipant(fast.store.read, conversation.id, user.identity);
      expect(participant?.user_id).toBeGreaterThan(user.id);
      expect(participant?.user_sid).not.toBe(user.sid);
      expect(await requireConversation(fast.store.read, target.service.id, conversation.sid)).toMatchObject({
        participants_count: 1,
        roster_event: 1,
      });
      expect(rosterEvents(nodes, conversation.sid)).toEqual([1]);
    });
  });

  it('change a role and move a horizon: whoever is told last is told both', async () => {
    const nodes = await setUp();
    const { fast, slow, target, actor, adminRole, userRole } = nodes;
    await slow.execute(sendMessage, slow.account, { ...target, body: 'to be read' });
    expect(userRole).not.toBe(adminRole);
    const settled = await overlap(
      nodes,
      () => nodes.demote(slow),
      () => fast.execute(setReadHorizon, actor, { ...target, userId: actor.user.id, index: 0 }),
    );
    const expected = { role_sid: userRole, last_read_message_index: 0 };
    expect(settled).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled', value: expected }]);
    const told = fast.store.published.flatMap(({ changes }) => changes).filter(({ object }) => object === 'roster');
    expect(told).toMatchObject([{ action: 'updated', row: expected }]);
  });

  describe('write into a chat service that is deleted', () => {
    async function newService(node: TestDomain) {
      return serviceRef(await node.execute(createService, node.account, { friendlyName: 'Short-lived' }));
    }

    it('after the writer has looked: refused, and nothing is stored', async () => {
      const { slow, fast } = await twoNodes(location());
      const service = await newService(slow);
      const { execute, account } = slow;
      const known = await execute(connectUser, account, { service, identity: 'known' });
      const user: UserActor = { kind: 'user', service, user: { id: known.id, sid: known.sid, identity: 'known' } };
      const late = createCommandRunner({
        store: {
          ...fast.store,
          async write(work, options) {
            // By the first who comes; for the others it is gone already.
            await execute(deleteService, account, { service }).catch(() => {});
            return fast.store.write(work, options);
          },
        },
        clock: fast.clock,
        limits: fast.limits,
        before: [],
      });
      for (const write of [
        () => late(createConversation, fast.account, { service }),
        () => late(createConversation, user, { service }),
        () => late(connectUser, fast.account, { service, identity: 'first-time visitor' }),
        () => late(createUser, fast.account, { service, identity: 'somebody' }),
      ]) {
        expect(await Promise.allSettled([write()])).toMatchObject([NOT_FOUND]);
      }
      const { read } = fast.store;
      const inService = (table: 'users' | 'conversations') =>
        read.selectFrom(table).select('sid').where('service_id', '=', service.id).execute();
      expect(await inService('conversations')).toEqual([]);
      expect(await inService('users')).toEqual([{ sid: known.sid }]);
    });

    it('just before: what they made is purged, too', async () => {
      const nodes = await twoNodes(location());
      const { slow, fast } = nodes;
      const service = await newService(slow);
      const settled = await overlap(
        nodes,
        () => slow.execute(createConversation, slow.account, { service }),
        async () => {
          await fast.execute(deleteService, fast.account, { service });
          // It sees no conversation yet, and so sets about removing the service itself.
          while ((await purgeDeletedServices(fast.store, 40, 1)) > 0);
        },
      );
      expect(settled).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }]);
      const { read } = fast.store;
      expect(await read.selectFrom('services').select('id').where('id', '=', service.id).execute()).toEqual([]);
    });

    it('while it is purged: refused by the rules or done, never by an error', async () => {
      const { slow, fast } = await twoNodes(location());
      const purger = await openTestStore(location());
      const service = await newService(slow);
      const { execute, account } = slow;
      const conversations = await Promise.all([1, 2, 3].map(() => execute(createConversation, account, { service })));
      const users = await Promise.all(
        ['ann', 'bob', 'cleo'].map((identity) => execute(connectUser, account, { service, identity })),
      );
      const role = await slow.store.read
        .selectFrom('roles')
        .select('sid')
        .where('service_id', '=', service.id)
        .where('type', '=', 'conversation')
        .executeTakeFirstOrThrow();
      const messages: string[] = [];
      for (const conversation of conversations) {
        const target = { service, conversation };
        for (const { identity } of users)
          await execute(addParticipant, account, { ...target, identity, joinPolicy: 'sid' });
        messages.push((await execute(sendMessage, account, { ...target, body: 'one' })).sid);
      }
      await execute(deleteService, account, { service });

      const outcomes: PromiseSettledResult<unknown>[] = [];
      async function write(node: TestDomain, round: number): Promise<void> {
        const run = <Input, Plan, Result>(command: Command<Input, Plan, Result>, input: Input) =>
          node.execute(command, node.account, input);
        const perConversation = conversations.flatMap((conversation, at) => {
          const target = { service, conversation };
          return [
            run(sendMessage, { ...target, body: `${round}` }),
            run(updateMessage, { ...target, messageSid: messages[at] ?? '', body: `${round}` }),
            run(setReadHorizon, { ...target, userId: users[at]?.id ?? 0, index: 0 }),
            run(updateParticipant, { ...target, sidOrIdentity: 'ann', attributes: `{"round":${round}}` }),
            run(addParticipant, { ...target, identity: `guest ${round}`, joinPolicy: 'sid' }),
            run(removeParticipant, { ...target, sidOrIdentity: 'bob' }),
            run(updateConversation, { ...target, friendlyName: `${round}` }),
          ];
        });
        const others = [
          run(createConversation, { service }),
          run(connectUser, { service, identity: `visitor ${round}` }),
          run(updateUser, { service, sidOrIdentity: 'cleo', friendlyName: `${round}` }),
          run(updateRole, { service, roleSid: role.sid, permissions: [] }),
          run(deleteUser, { service, sidOrIdentity: `guest ${round - 1}` }),
        ];
        outcomes.push(...(await Promise.allSettled([...perConversation, ...others])));
      }
      let writing = true;
      async function writeAll(): Promise<void> {
        for (let round = 0; round < ROUNDS; round += 1) await Promise.all([write(slow, round), write(fast, round)]);
        writing = false;
      }
      async function purge(): Promise<void> {
        for (let rows = 1; writing || rows > 0; ) rows = await purgeDeletedServices(purger, 40, 1);
      }
      await Promise.all([writeAll(), purge()]);
      const errors = outcomes.flatMap((outcome) =>
        outcome.status === 'rejected' && !(outcome.reason instanceof DomainError) ? [outcome.reason] : [],
      );
      expect(errors).toEqual([]);
      expect(outcomes.some(({ status }) => status === 'fulfilled')).toBe(true);
      const { read } = purger;
      for (const table of ['conversations', 'users', 'roles'] as const) {
        expect(await read.selectFrom(table).select('id').where('service_id', '=', service.id).execute()).toEqual([]);
      }
      outcomes.length = 0;
      await write(fast, ROUNDS);
      expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['rejected']));
    });
  });
});
