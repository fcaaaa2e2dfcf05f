import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  type Actor,
  addParticipant,
  createConversation,
  type DomainError,
  listMessages,
  listParticipants,
  removeMessage,
  removeParticipant,
  requireConversation,
  sendMessage,
  setReadHorizon,
  type UserActor,
  updateConversation,
  updateMessage,
} from '../../src/domain/index.ts';
import { databaseOfSuite, domainOver, onEachEngine, openTestStore, type TestDomain } from '../support/store.ts';
import { apply, type Model, messageOf, newModel, refusalOf, type Step, type Who } from './support/model.ts';
import { expectLive, expectReplay, objectsOf } from './support/replay.ts';

const USERS = 3;
const CONVERSATIONS = 3;
const PAGE_SIZES = [1, 3, 1000] as const;

/** PostgreSQL takes several times as long for each command. */
const RUNS = { sqlite: 100, postgres: 30 };

const who: fc.Arbitrary<Who> = fc.oneof(
  { weight: 1, arbitrary: fc.constant('backend' as const) },
  { weight: 3, arbitrary: fc.nat(USERS - 1) },
);

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(
    'create',
    'add',
    'add',
    'add',
    'remove',
    'send',
    'send',
    'send',
    'edit',
    'delete',
    'read',
    'rename',
  ),
  actor: who,
  conversation: fc.nat(CONVERSATIONS - 1),
  user: fc.nat(USERS - 1),
  message: fc.nat(8),
  text: fc.string({ minLength: 1, maxLength: 5, unit: 'grapheme-ascii' }),
});

onEachEngine('any sequence of commands', (engine) => {
  const location = databaseOfSuite(engine);

  it('does what the model does, and can be replayed from any event to the same state', {
    timeout: 60_000,
  }, async () => {
    const domain = await domainOver(await openTestStore(location()));
    let runs = 0;
    const outcomes = { done: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 10, maxLength: 40 }),
        fc.array(fc.nat(100), { minLength: 1, maxLength: 20 }),
        async (steps, starts) => {
          const from = domain.store.published.length;
          runs += 1;
          const model = newModel(Array.from({ length: USERS }, (_, user) => `user ${user} of run ${runs}`));
          const users = await Promise.all(model.identities.map((identity) => domain.user(identity)));
          for (const each of steps) {
            const done = await take(domain, model, users, inRange(model, each));
            outcomes[done ? 'done' : 'refused'] += 1;
          }
          const changes = domain.store.published.slice(from).flatMap((changeSet) => changeSet.changes);
          await expectSameRows(domain, model);
          for (const [number, { object, history }] of (await objectsOf(domain, model)).entries()) {
            expectLive(object, history, changes);
            const start = (starts[number % starts.length] ?? 0) % history.length;
            await expectReplay(domain.store, object, history, start, PAGE_SIZES[number % PAGE_SIZES.length] ?? 1);
          }
        },
      ),
      { numRuns: RUNS[engine] },
    );
    // Both happen often, or the model proves little.
    expect(outcomes.done).toBeGreaterThan(RUNS[engine] * 5);
    expect(outcomes.refused).toBeGreaterThan(RUNS[engine]);
  });
});

/** The step about a conversation that there is; another `create` only while there are few. */
function inRange(model: Model, wanted: Step): Step {
  const count = model.conversations.length;
  if (count === 0) return { ...wanted, kind: 'create' };
  const kind = wanted.kind === 'create' && count >= CONVERSATIONS ? 'send' : wanted.kind;
  // Users read for themselves only.
  const user = kind === 'read' && wanted.actor !== 'backend' ? wanted.actor : wanted.user;
  const about = { ...wanted, kind, user, conversation: wanted.conversation % count };
  const isIn = model.conversations[about.conversation]?.members.has(user) ?? false;
  return kind === 'read' && wanted.actor === 'backend' && !isIn ? { ...about, kind: 'send' } : about;
}

/** Runs the command and holds its outcome against the model's. True when it succeeded. */
async function take(domain: TestDomain, model: Model, users: readonly UserActor[], wanted: Step): Promise<boolean> {
  const refusal = refusalOf(model, wanted);
  let sid: string;
  try {
    sid = await run(domain, model, users, wanted);
  } catch (error) {
    expect((error as DomainError).code, JSON.stringify(wanted)).toBe(refusal);
    return false;
  }
  expect(refusal, JSON.stringify(wanted)).toBeUndefined();
  apply(model, wanted, sid);
  return true;
}

async function run(domain: TestDomain, model: Model, users: readonly UserActor[], wanted: Step): Promise<string> {
  const { execute, account, service, store } = domain;
  const actor: Actor = wanted.actor === 'backend' ? account : (users[wanted.actor] ?? account);
  if (wanted.kind === 'create') return (await execute(createConversation, actor, { service })).sid;
  const known = model.conversations[wanted.conversation];
  if (known === undefined) throw new Error('no conversation');
  const conversation = await requireConversation(store.read, service.id, known.sid);
  const target = { service, conversation };
  const identity = model.identities[wanted.user] ?? '';
  const userId = users[wanted.user]?.user.id ?? 0;
  const messageSid = messageOf(known, wanted)?.sid ?? 'IM00000000000000000000000000000000';
  switch (wanted.kind) {
    case 'add':
      return (await execute(addParticipant, actor, { ...target, identity, joinPolicy: 'sid' })).sid;
    case 'remove':
      await execute(removeParticipant, actor, { ...target, sidOrIdentity: identity });
      break;
    case 'send':
      return (await execute(sendMessage, actor, { ...target, body: wanted.text })).sid;
    case 'edit':
      await execute(updateMessage, actor, { ...target, messageSid, body: wanted.text });
      break;
    case 'delete':
      await execute(removeMessage, actor, { ...target, messageSid });
      break;
    case 'read':
      await execute(setReadHorizon, actor, { ...target, userId, index: wanted.message });
      break;
    case 'rename':
      await execute(updateConversation, actor, { ...target, friendlyName: wanted.text });
  }
  return '';
}

async function expectSameRows({ store, service }: TestDomain, model: Model): Promise<void> {
  for (const { sid, members, messages, lastIndex, name } of model.conversations) {
    const row = await requireConversation(store.read, service.id, sid);
    const left = messages.flatMap(({ author, body, removed }, index) => (removed ? [] : [{ index, author, body }]));
    expect(row).toMatchObject({
      messages_count: left.length,
      participants_count: members.size,
      next_message_index: messages.length,
      last_message_index: lastIndex,
      friendly_name: name,
    });
    expect(await listMessages(store.read, row.id, { order: 'asc', limit: 1000 })).toMatchObject(left);
    const participants = await listParticipants(store.read, row.id, { order: 'asc', limit: 1000 });
    expect(participants.map((participant) => participant.sid).sort()).toEqual(
      [...members.values()].map((member) => member.sid).sort(),
    );
  }
}
