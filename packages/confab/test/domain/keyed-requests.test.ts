import { describe, expect, it } from 'vitest';
import {
  AlreadyApplied,
  createConversation,
  type KeyedRequest,
  listMessages,
  sendMessage,
} from '../../src/domain/index.ts';
import { needsPostgres } from '../support/postgres.ts';
import { databaseOfSuite, domainOver, onEachEngine, openTestStore } from '../support/store.ts';
import { overlap, twoNodes } from './support/two-nodes.ts';

const once: KeyedRequest = { serviceId: 1, principal: 'AC', operation: 'send', key: 'k', hash: 'h', status: 201 };

describe('one keyed request on two nodes at once', needsPostgres, () => {
  const location = databaseOfSuite('postgres');

  it('is applied on the first; the second waits, and learns what became of it', async () => {
    const nodes = await twoNodes(location());
    const { slow, fast, conversation, target } = nodes;
    const [first, second] = await overlap(
      nodes,
      () => slow.execute(sendMessage, slow.account, { ...target, body: 'x' }, { once }),
      () => fast.execute(sendMessage, fast.account, { ...target, body: 'x' }, { once }),
    );
    if (first.status !== 'fulfilled' || second.status !== 'rejected') throw new Error('The first alone is applied.');
    expect(second.reason).toBeInstanceOf(AlreadyApplied);
    expect(second.reason.applied).toEqual({ status: 201, resultSid: first.value.sid });
    expect(await listMessages(fast.store.read, conversation.id, { order: 'asc', limit: 10 })).toHaveLength(1);
  });
});

onEachEngine('a keyed request whose commit is lost', (engine) => {
  const location = databaseOfSuite(engine);

  it('leaves no key, so that the retry is applied', async () => {
    let fail = true;
    const { execute, account, service, store } = await domainOver(
      await openTestStore(location(), {
        wrapConnection: (connection) => ({
          ...connection,
          async execute(text, parameters) {
            const keyed = text.includes('idempotency_keys') && text.startsWith('update');
            if (keyed && fail) {
              fail = false;
              throw new Error('The statement failed.');
            }
            return connection.execute(text, parameters);
          },
        }),
      }),
    );
    const conversation = await execute(createConversation, account, { service });
    const send = () => execute(sendMessage, account, { service, conversation, body: 'x' }, { once });
    await expect(send()).rejects.toThrow('The statement failed.');
    const message = await send();
    expect(message.index).toBe(0);
    await expect(send()).rejects.toBeInstanceOf(AlreadyApplied);
    expect(await listMessages(store.read, conversation.id, { order: 'asc', limit: 10 })).toHaveLength(1);
  });
});
