import { expect, it } from 'vitest';
import { addParticipant, createConversation, findParticipant, updateParticipant } from '../../src/domain/index.ts';
import { domainOver, emptyDatabase, onEachEngine, openTestStore } from '../support/store.ts';

onEachEngine('an identity given to a number of a Group MMS', (engine) => {
  it('is refused over the limit of conversations of the user, and changes nothing', async () => {
    const limits = { conversationsPerUser: 1 };
    const domain = await domainOver(await openTestStore(await emptyDatabase(engine)), limits);
    const { execute, account, service, store } = domain;
    const make = async () => ({ service, conversation: await execute(createConversation, account, { service }) });
    const [first, second] = [await make(), await make()];
    await execute(addParticipant, account, { ...first, identity: 'ann', joinPolicy: 'sid' });
    const { sid } = await execute(addParticipant, account, {
      ...second,
      projectedAddress: '+15005550001',
      joinPolicy: 'sid',
    });
    const give = (identity: string) => execute(updateParticipant, account, { ...second, sidOrIdentity: sid, identity });
    await expect(give('ann')).rejects.toMatchObject({ code: 50208 });
    expect(await findParticipant(store.read, second.conversation.id, sid)).toMatchObject({
      identity: null,
      user_id: null,
    });
    expect(await give('bob')).toMatchObject({ identity: 'bob' });
  });
});
