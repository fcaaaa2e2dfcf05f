import { describe, expect, it } from 'vitest';
import * as domainIndex from '../../src/domain/index.ts';
import {
  addParticipant,
  createConversation,
  createUser,
  RateExceeded,
  sendMessage,
  setReadHorizon,
  updateConversation,
  updateUser,
} from '../../src/domain/index.ts';
import { databaseOfSuite, domainOver, openTestStore } from '../support/store.ts';

/** What commands count against (lifecycle 11). */
const COUNTED: Readonly<Record<'service' | 'conversation', readonly string[]>> = {
  service: [
    'createConversation',
    'createConversationWithParticipants',
    'deleteConversation',
    'createUser',
    'updateUser',
    'deleteUser',
    'createRole',
    'updateRole',
    'deleteRole',
    // Of our own: a file is a change, and so is an erasure.
    'createMedia',
    'erasePerson',
  ],
  conversation: [
    'updateConversation',
    'addParticipant',
    'updateParticipant',
    'removeParticipant',
    'setReadHorizon',
    'setNotificationLevel',
    'updateMyConversation',
    'sendMessage',
    'updateMessage',
    'removeMessage',
    // Of our own: what a gateway tells of messages.
    'reportDelivery',
    'setChannelMetadata',
  ],
};

describe('rates of changes', () => {
  const location = databaseOfSuite('sqlite');

  async function setUp(limits: { serviceChangesPerSecond?: number; conversationChangesPerSecond?: number }) {
    const domain = await domainOver(await openTestStore(location()), limits);
    const { execute, account, service } = domain;
    const create = () => execute(createConversation, account, { service });
    return { ...domain, create };
  }

  it('are those of the hosted product, and of what only Confab has', () => {
    const counted = Object.values(domainIndex).flatMap((value) =>
      typeof value === 'object' && 'transact' in value && 'rate' in value ? [value.name] : [],
    );
    expect(counted.toSorted()).toEqual(Object.values(COUNTED).flat().toSorted());
  });

  it('are of each service', async () => {
    const { execute, account, service, create, clock } = await setUp({ serviceChangesPerSecond: 3 });
    const user = () => execute(updateUser, account, { service, sidOrIdentity: 'ada', friendlyName: 'Ada' });
    await execute(createUser, account, { service, identity: 'ada' });
    await create();
    await user();
    for (const change of [create, user]) await expect(change()).rejects.toThrow(new RateExceeded(1));
    const other = await execute(domainIndex.createService, account, { friendlyName: 'other' });
    await execute(createConversation, account, { service: domainIndex.serviceRef(other) });
    clock.advance(300);
    await expect(create()).rejects.toMatchObject({ code: 20429, status: 429, retryAfter: 1 });
    clock.advance(34);
    await create();
    await expect(create()).rejects.toBeInstanceOf(RateExceeded);
  });

  it('are of each conversation, for account and users alike', async () => {
    const domain = await setUp({ conversationChangesPerSecond: 4 });
    const { execute, account, service, create, clock } = domain;
    const [conversation, other] = [await create(), await create()];
    const ada = await domain.user('ada');
    const target = { service, conversation };
    await execute(addParticipant, account, { ...target, identity: 'ada', joinPolicy: 'sid' });
    await execute(sendMessage, account, { ...target, body: 'x' });
    await execute(sendMessage, ada, { ...target, body: 'x' });
    await execute(setReadHorizon, ada, { ...target, userId: ada.user.id, index: 1 });
    for (const actor of [account, ada]) {
      await expect(execute(sendMessage, actor, { ...target, body: 'x' })).rejects.toBeInstanceOf(RateExceeded);
    }
    await expect(execute(updateConversation, account, { ...target, friendlyName: 'x' })).rejects.toMatchObject({
      code: 20429,
    });
    await execute(sendMessage, account, { service, conversation: other, body: 'x' });
    clock.advance(1000);
    for (let sent = 0; sent < 4; sent += 1) await execute(sendMessage, ada, { ...target, body: 'x' });
    await expect(execute(sendMessage, ada, { ...target, body: 'x' })).rejects.toBeInstanceOf(RateExceeded);
  });

  it('do not count what is refused before it is tried', async () => {
    const { execute, account, service, create } = await setUp({ conversationChangesPerSecond: 1 });
    const conversation = await create();
    for (const body of ['', '']) {
      await expect(execute(sendMessage, account, { service, conversation, body })).rejects.toMatchObject({
        code: 50503,
      });
    }
    await execute(sendMessage, account, { service, conversation, body: 'x' });
  });
});
