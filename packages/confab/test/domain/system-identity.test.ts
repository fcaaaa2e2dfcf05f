import { expect, it } from 'vitest';
import {
  addParticipant,
  createConversation,
  findConversationFor,
  removeMessage,
  sendMessage,
  updateMessage,
} from '../../src/domain/index.ts';
import { databaseOfSuite, domainOver, onEachEngine, openTestStore } from '../support/store.ts';

/** Account credentials act under the name `system` (lifecycle 5), which an operator's users may choose, too. */
onEachEngine('a user who is called system', (engine) => {
  const location = databaseOfSuite(engine);

  async function setUp() {
    const domain = await domainOver(await openTestStore(location()));
    const { execute, account, service } = domain;
    const user = await domain.user('system');
    const conversation = await execute(createConversation, account, { service });
    expect(conversation.created_by).toBe('system');
    return { ...domain, user, conversation, target: { service, conversation } };
  }

  it('is not the creator of what the backend has made', async () => {
    const { store, execute, account, user, conversation, target } = await setUp();
    expect(await findConversationFor(store.read, user, conversation.sid, 'creator')).toMatchObject({ access: 'none' });
    const join = { ...target, identity: 'system', joinPolicy: 'creator' } as const;
    await expect(execute(addParticipant, user, join)).rejects.toMatchObject({ code: 50430 });

    await execute(addParticipant, account, join);
    const addOther = execute(addParticipant, user, { ...join, identity: 'ann' });
    await expect(addOther).rejects.toMatchObject({ code: 50107 });
  });

  it('is the author of what they sent themselves only', async () => {
    const { execute, account, user, target } = await setUp();
    await execute(addParticipant, account, { ...target, identity: 'system', joinPolicy: 'sid' });
    const theirs = await execute(sendMessage, account, { ...target, body: 'from the backend' });
    expect(theirs.author).toBe('system');
    const edit = (messageSid: string) => execute(updateMessage, user, { ...target, messageSid, body: 'edited' });
    const remove = (messageSid: string) => execute(removeMessage, user, { ...target, messageSid });
    await expect(edit(theirs.sid)).rejects.toMatchObject({ code: 50107 });
    await expect(remove(theirs.sid)).rejects.toMatchObject({ code: 50107 });

    const own = await execute(sendMessage, user, { ...target, body: 'mine' });
    expect(await edit(own.sid)).toMatchObject({ author: 'system', body: 'edited' });
    await remove(own.sid);
  });
});
