import { expect, it } from 'vitest';
import {
  addParticipant,
  type ConversationRow,
  connectUser,
  createConversation,
  createService,
  type MessageRow,
  requireConversation,
  sendMessage,
  type UserActor,
  updateConversation,
  updateMessage,
  updateParticipant,
  updateUser,
} from '../../src/domain/index.ts';
import { databaseOfSuite, domainOver, onEachEngine, openTestStore, type TestDomain } from '../support/store.ts';
import { badAttributes, bytes, characters, goodAttributes, NUL, SURROGATE } from './support/texts.ts';

let setUps = 0;

onEachEngine('bad input', (engine) => {
  const location = databaseOfSuite(engine);
  let domain: TestDomain;
  let ann: UserActor;
  let conversation: ConversationRow;
  let message: MessageRow;

  async function setUp(): Promise<void> {
    domain = await domainOver(await openTestStore(location()), {
      participantsPerConversation: 3,
      conversationsPerUser: 3,
    });
    const { execute, account, service } = domain;
    // Of this test alone, since conversations of a user are counted.
    ann = await domain.user(`ann ${++setUps}`);
    conversation = await execute(createConversation, account, { service });
    await execute(addParticipant, account, { service, conversation, identity: ann.user.identity, joinPolicy: 'sid' });
    message = await execute(sendMessage, ann, { service, conversation, body: 'hello' });
  }

  /** The outcome of one input, and with what it must be refused. */
  type Case = readonly [what: string, code: number, run: () => Promise<unknown>];

  /** All of them are refused with the right code, and leave no row and no counter behind. */
  async function expectRefusals(cases: readonly Case[]): Promise<void> {
    const before = await everyRow(domain);
    for (const [what, code, run] of cases) {
      const error = await run().then(
        () => 'not refused',
        (reason: unknown) => reason,
      );
      expect(error, what).toMatchObject({ name: 'DomainError', code });
      expect(await everyRow(domain), what).toEqual(before);
    }
  }

  it('in a message', async () => {
    await setUp();
    const { execute, account, service } = domain;
    const send = (input: object) => execute(sendMessage, account, { service, conversation, ...input });
    const edit = (input: object) =>
      execute(updateMessage, account, { service, conversation, messageSid: message.sid, ...input });
    const { messageBodyBytes, messageSubjectCharacters, identityCharacters, messageAttributesBytes } = domain.limits;
    await expectRefusals([
      ['no body', 50503, () => send({})],
      ['empty body', 50503, () => send({ body: '' })],
      ['long body', 50504, () => send({ body: bytes(messageBodyBytes + 1) })],
      ['NUL', 20001, () => send({ body: NUL })],
      ['lone surrogate', 20001, () => send({ body: SURROGATE })],
      ['long subject', 20001, () => send({ body: 'x', subject: characters(messageSubjectCharacters + 1) })],
      ['long author', 20001, () => send({ body: 'x', author: characters(identityCharacters + 1) })],
      ['NUL in the author', 20001, () => send({ body: 'x', author: NUL })],
      ['empty edit', 50503, () => edit({ body: '' })],
      ['long edit', 50504, () => edit({ body: bytes(messageBodyBytes + 1) })],
      ['NUL in an edit', 20001, () => edit({ body: NUL })],
      ...badAttributes(messageAttributesBytes).flatMap(([attributes, code]): Case[] => [
        [attributes, code, () => send({ body: 'x', attributes })],
        [attributes, code, () => edit({ attributes })],
      ]),
    ]);
    const longest = { body: bytes(messageBodyBytes), subject: characters(messageSubjectCharacters) };
    expect(await send({ ...longest, author: characters(identityCharacters) })).toMatchObject(longest);
    for (const attributes of goodAttributes(messageAttributesBytes)) {
      expect(await send({ body: 'x', attributes })).toMatchObject({ attributes });
    }
    expect(await send({ body: 'x', attributes: '' })).toMatchObject({ attributes: '{}' });
  });

  it('in a conversation or service', async () => {
    await setUp();
    const { execute, account, service, limits } = domain;
    const create = (input: object) => execute(createConversation, account, { service, ...input });
    const update = (input: object) => execute(updateConversation, account, { service, conversation, ...input });
    const makeService = (friendlyName: string) => execute(createService, account, { friendlyName });
    const taken = await create({ uniqueName: 'taken' });
    for (const change of [create, update]) {
      await expectRefusals([
        ['long name', 50003, () => change({ friendlyName: characters(limits.conversationFriendlyNameCharacters + 1) })],
        ['NUL', 20001, () => change({ friendlyName: NUL })],
        ['lone surrogate', 20001, () => change({ uniqueName: SURROGATE })],
        [
          'long unique name',
          20001,
          () => change({ uniqueName: characters(limits.conversationUniqueNameCharacters + 1) }),
        ],
        ['like a SID', 50390, () => change({ uniqueName: `CH${'a'.repeat(32)}` })],
        ['taken', 50353, () => change({ uniqueName: 'taken', friendlyName: 'not applied' })],
        ...badAttributes(limits.conversationAttributesBytes).map(
          ([attributes, code]): Case => [attributes, code, () => change({ attributes })],
        ),
      ]);
    }
    await expectRefusals([
      ['no name', 50000, () => makeService('')],
      ['long name', 50003, () => makeService(characters(limits.serviceFriendlyNameCharacters + 1))],
      ['a user', 20404, () => execute(createService, ann, { friendlyName: 'x' })],
    ]);
    const uniqueName = characters(limits.conversationUniqueNameCharacters);
    expect(await create({ uniqueName })).toMatchObject({ unique_name: uniqueName });
    for (const attributes of goodAttributes(limits.conversationAttributesBytes)) {
      expect(await update({ attributes })).toMatchObject({ attributes });
    }
    expect(taken.unique_name).toBe('taken');
  });

  it('in a participant or user', async () => {
    await setUp();
    const { execute, account, service, limits } = domain;
    const add = (input: object) =>
      execute(addParticipant, account, { service, conversation, identity: 'new', joinPolicy: 'sid', ...input });
    const serviceRole = await roleOf(domain, 'service');
    await expectRefusals([
      ...[
        ['', 20001],
        [characters(limits.identityCharacters + 1), 50207],
        [`US${'a'.repeat(32)}`, 50206],
        [NUL, 20001],
        [SURROGATE, 20001],
      ].flatMap(([identity, code]): Case[] => [
        [`added: ${identity}`, Number(code), () => add({ identity })],
        [
          `connected: ${identity}`,
          Number(code),
          () => execute(connectUser, account, { service, identity: String(identity) }),
        ],
      ]),
      ...badAttributes(limits.participantAttributesBytes).flatMap(([attributes, code]): Case[] => [
        [attributes, code, () => add({ attributes })],
        [
          attributes,
          code,
          () =>
            execute(updateParticipant, account, {
              service,
              conversation,
              sidOrIdentity: ann.user.identity,
              attributes,
            }),
        ],
      ]),
      ...badAttributes(limits.userAttributesBytes).map(
        ([attributes, code]): Case => [
          attributes,
          code,
          () => execute(updateUser, ann, { service, sidOrIdentity: ann.user.identity, attributes }),
        ],
      ),
      [
        'role set by oneself',
        50205,
        () => execute(updateUser, ann, { service, sidOrIdentity: ann.user.identity, roleSid: serviceRole }),
      ],
      ['unknown role', 50109, () => add({ roleSid: `RL${'0'.repeat(32)}` })],
      ['service role', 50105, () => add({ roleSid: serviceRole })],
      ['in already', 50433, () => add({ identity: ann.user.identity })],
    ]);
    const identity = characters(limits.identityCharacters);
    expect(await add({ identity })).toMatchObject({ identity });
    await add({ identity: 'third' });
    await expectRefusals([['one too many', 50417, () => add({ identity: 'fourth' })]]);
  });

  it('of a user who has no room, and in a closed conversation', async () => {
    await setUp();
    const { execute, account, service, store } = domain;
    const create = () => execute(createConversation, account, { service });
    const add = (to: ConversationRow) =>
      execute(addParticipant, account, { service, conversation: to, identity: 'busy', joinPolicy: 'sid' });
    const full = [await create(), await create(), await create()];
    for (const one of full) await add(one);
    const another = await create();
    await expectRefusals([['one too many', 50208, () => add(another)]]);

    await store.write(({ db }) =>
      db
        .updateTable('conversations')
        .set({ state: 'closed' })
        .where('id', '=', full[0]?.id ?? 0)
        .execute(),
    );
    const closed = await requireConversation(store.read, service.id, full[0]?.sid ?? '');
    // A closed one does not count.
    await add(another);
    await expectRefusals([
      ['send', 50377, () => execute(sendMessage, account, { service, conversation: closed, body: 'x' })],
      [
        'rename',
        50377,
        () => execute(updateConversation, account, { service, conversation: closed, friendlyName: 'x' }),
      ],
      ['add', 50377, () => add(closed)],
    ]);
  });
});

async function roleOf({ store, service }: TestDomain, type: 'service' | 'conversation'): Promise<string> {
  const roles = store.read.selectFrom('roles').select('sid').where('service_id', '=', service.id);
  return (await roles.where('type', '=', type).executeTakeFirstOrThrow()).sid;
}

/** How many rows each table has, and what is in those that hold counters. */
async function everyRow({ store }: TestDomain): Promise<unknown> {
  const counts: Record<string, number> = {};
  for (const table of [
    'services',
    'roles',
    'users',
    'participants',
    'messages',
    'sync_tombstones',
    'event_log',
  ] as const) {
    const { count } = await store.read
      .selectFrom(table)
      .select((eb) => eb.fn.countAll().as('count'))
      .executeTakeFirstOrThrow();
    counts[table] = Number(count);
  }
  return {
    counts,
    conversations: await store.read.selectFrom('conversations').selectAll().orderBy('id').execute(),
    users: await store.read.selectFrom('users').selectAll().orderBy('id').execute(),
    messages: await store.read.selectFrom('messages').selectAll().orderBy('id', 'desc').limit(1).execute(),
  };
}
