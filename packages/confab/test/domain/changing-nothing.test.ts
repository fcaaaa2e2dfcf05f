import { expect, it } from 'vitest';
import {
  addParticipant,
  createConversation,
  findMessage,
  removeParticipant,
  requireConversation,
  sendMessage,
  updateConversation,
  updateMessage,
} from '../../src/domain/index.ts';
import { databaseOfSuite, domainOver, onEachEngine, openTestStore } from '../support/store.ts';

onEachEngine('a change of nothing', (engine) => {
  const location = databaseOfSuite(engine);

  it('needs the right to change: it answers with what it is about, and counts as a change', async () => {
    const { execute, account, service, store, user } = await domainOver(await openTestStore(location()));
    const [ann, bob, eve] = [await user('ann'), await user('bob'), await user('eve')];
    const conversation = await execute(createConversation, account, { service });
    const target = { service, conversation };
    for (const identity of ['ann', 'bob']) {
      await execute(addParticipant, account, { ...target, identity, joinPolicy: 'sid' });
    }
    const { sid: messageSid } = await execute(sendMessage, ann, { ...target, body: 'for us' });
    await execute(removeParticipant, account, { ...target, sidOrIdentity: 'bob' });
    const events = async () => {
      const { channel_event, messages_event } = await requireConversation(store.read, service.id, conversation.sid);
      return { channel_event, messages_event };
    };
    const before = await events();

    for (const outsider of [bob, eve]) {
      await expect(execute(updateMessage, outsider, { ...target, messageSid })).rejects.toMatchObject({ code: 50430 });
      await expect(execute(updateConversation, outsider, target)).rejects.toMatchObject({ code: 50430 });
    }
    expect(await events()).toEqual(before);
    expect(await findMessage(store.read, conversation.id, messageSid)).toMatchObject({ last_updated_by: null });
    expect(await execute(updateMessage, ann, { ...target, messageSid })).toMatchObject({ body: 'for us' });
  });
});
