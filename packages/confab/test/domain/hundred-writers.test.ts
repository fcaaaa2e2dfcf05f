import { expect, it } from 'vitest';
import {
  addParticipant,
  type ConversationRow,
  createConversation,
  findParticipant,
  listMessages,
  listParticipants,
  removeMessage,
  removeParticipant,
  requireConversation,
  sendMessage,
  setReadHorizon,
  updateConversation,
  updateMessage,
  updateParticipant,
} from '../../src/domain/index.ts';
import { databaseOfSuite, domainOver, onEachEngine, openTestStore, type TestDomain } from '../support/store.ts';

const WRITERS = 100;

interface Place {
  domain: TestDomain;
  conversation: ConversationRow;
  number: number;
}

/** Each writer comes in, writes three messages, edits one, removes one, reads, changes themselves and the conversation; every third leaves. */
async function write({ domain, conversation, number }: Place): Promise<void> {
  const { execute, account, service } = domain;
  const target = { service, conversation };
  const identity = `writer ${number}`;
  const user = await domain.user(identity);
  const send = (body: string) => execute(sendMessage, user, { ...target, body: `${identity} ${body}` });
  await execute(addParticipant, account, { ...target, identity, joinPolicy: 'sid' });
  const [kept, edited, removed] = [await send('kept'), await send('before'), await send('removed')];
  await Promise.all([
    execute(updateMessage, user, { ...target, messageSid: edited.sid, body: `${identity} edited` }),
    execute(removeMessage, account, { ...target, messageSid: removed.sid }),
    execute(setReadHorizon, user, { ...target, userId: user.user.id, index: kept.index }),
    execute(updateParticipant, user, { ...target, sidOrIdentity: identity, attributes: `{"number":${number}}` }),
    execute(updateConversation, account, {
      ...target,
      ...(number === 0 ? { friendlyName: 'Named' } : { attributes: `{"last":${number}}` }),
    }),
  ]);
  if (number % 3 === 0) await execute(removeParticipant, user, { ...target, sidOrIdentity: identity });
}

onEachEngine('a hundred writers of one conversation', (engine) => {
  const location = databaseOfSuite(engine);

  it('lose no update of each other: indexes and event ids are dense, and counts are right', {
    timeout: 60_000,
  }, async () => {
    // On PostgreSQL half of them write through another node.
    const one = await domainOver(await openTestStore(location()));
    const two = engine === 'postgres' ? await domainOver(await openTestStore(location())) : one;
    const { store, service } = one;
    const conversation = await one.execute(createConversation, one.account, { service });
    const numbers = Array.from({ length: WRITERS }, (_, number) => number);
    await Promise.all(numbers.map((number) => write({ domain: number % 2 === 0 ? one : two, conversation, number })));

    const messages = await listMessages(store.read, conversation.id, { order: 'asc', limit: 1000 });
    expect(messages.map(({ body }) => body).sort()).toEqual(
      numbers.flatMap((number) => [`writer ${number} edited`, `writer ${number} kept`]).sort(),
    );
    const staying = numbers.filter((number) => number % 3 !== 0);
    const participants = await listParticipants(store.read, conversation.id, { order: 'asc', limit: 1000 });
    expect(participants.map(({ identity }) => identity).sort()).toEqual(
      staying.map((number) => `writer ${number}`).sort(),
    );
    for (const number of staying) {
      const kept = messages.find(({ body }) => body === `writer ${number} kept`);
      expect(await findParticipant(store.read, conversation.id, `writer ${number}`)).toMatchObject({
        attributes: `{"number":${number}}`,
        last_read_message_index: kept?.index,
      });
    }
    const row = await requireConversation(store.read, service.id, conversation.sid);
    expect(row).toMatchObject({
      friendly_name: 'Named',
      attributes: expect.stringMatching(/^\{"last":\d+\}$/),
      messages_count: WRITERS * 2,
      participants_count: staying.length,
      next_message_index: WRITERS * 3,
      last_message_index: messages.at(-1)?.index ?? null,
      messages_event: WRITERS * 5,
      roster_event: WRITERS * 3 + (WRITERS - staying.length),
    });
    const told = [...new Set([one, two])]
      .flatMap(({ store: { published } }) => published)
      .flatMap(({ changes }) => changes)
      .filter((change) => 'conversation' in change && change.conversation.sid === conversation.sid);
    for (const [object, head] of Object.entries({
      messages: row.messages_event,
      roster: row.roster_event,
      channel: row.channel_event,
    })) {
      const events = told.filter((change) => change.object === object).map(({ event }) => event);
      expect(events.sort((a, b) => a - b)).toEqual(Array.from({ length: head }, (_, at) => at + 1));
    }
  });
});
