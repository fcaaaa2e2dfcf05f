import { expect, it } from 'vitest';
import { addParticipant, createConversation, updateConversation } from '../../src/domain/index.ts';
import { databaseOfSuite, domainOver, onEachEngine, openTestStore } from '../support/store.ts';

onEachEngine('states, timers and the like', (engine) => {
  const location = databaseOfSuite(engine);

  it.each([
    { state: 'closed' },
    { state: 'active', inactiveTimer: 'PT1M' },
    { closedTimer: 'PT10M' },
    { createdAt: 0 },
    { emailName: 'Ann' },
  ])('%j is not for users of the SDK to give, neither at first nor later', async (given) => {
    const { execute, service, user } = await domainOver(await openTestStore(location()));
    const ann = await user('ann');
    const conversation = await execute(createConversation, ann, { service, friendlyName: 'Plans' });
    await execute(addParticipant, ann, { service, conversation, identity: 'ann', joinPolicy: 'creator' });
    const refusal = { code: 50107 };
    await expect(execute(createConversation, ann, { service, ...given })).rejects.toMatchObject(refusal);
    await expect(execute(updateConversation, ann, { service, conversation, ...given })).rejects.toMatchObject(refusal);
  });
});
