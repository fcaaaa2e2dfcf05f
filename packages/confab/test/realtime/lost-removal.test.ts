import { describe, expect, test } from 'vitest';
import { createHeldBus } from './held-bus.ts';
import { CLIENT, type Conversation, eventIds, startTestServer } from './support.ts';

const bus = createHeldBus();
const peeking = await startPeekServer();
const server = await startTestServer({ join: 'never', parts: { bus }, limitOverrides: { busCheckMs: 100 } });
/** Does not compare: a comparison between a removal and the return would see it, and rightly end what the participant had. */
const incurious = await startTestServer({ join: 'never', parts: { bus }, limitOverrides: { busCheckMs: 3_600_000 } });

async function follow(identity: string, conversation: Conversation, { login } = server) {
  const client = await login(identity);
  await client.subscribe(
    [conversation.channel, 'document', null],
    [conversation.messages, 'list', null],
    [conversation.roster, 'map', null],
  );
  return client;
}

describe('when the bus loses the news of a removal', () => {
  test('who was removed is not told what is said next, and who is there is', async () => {
    const conversation = await server.conversation('alice', 'bob');
    const [alice, bob] = [await follow('alice', conversation), await follow('bob', conversation)];
    bus.hold();
    await conversation.remove('alice');
    bus.lose();
    await conversation.send('after');
    await bob.until(() => eventIds(bob, conversation.messages).length > 0);
    await alice.exchange({ method: 'ping' });
    expect(JSON.stringify(alice.packets)).not.toContain('after');
    expect(eventIds(bob, conversation.messages)).toEqual([1]);
  });

  test('and that of the next message, neither', async () => {
    const conversation = await server.conversation('alice', 'bob');
    const [alice, bob] = [await follow('alice', conversation), await follow('bob', conversation)];
    bus.hold();
    await conversation.remove('alice');
    await conversation.send('after');
    bus.lose();
    await bob.until(() => eventIds(bob, conversation.messages).length > 0);
    await alice.exchange({ method: 'ping' });
    expect(JSON.stringify(alice.packets)).not.toContain('after');
  });

  test('who is removed and added again in the meantime misses nothing', async () => {
    const conversation = await incurious.conversation('alice', 'bob');
    const alice = await follow('alice', conversation, incurious);
    bus.hold();
    await conversation.remove('alice');
    await conversation.add('alice');
    bus.lose();
    await conversation.send('after');
    await alice.until(() => eventIds(alice, conversation.messages).length > 0);
    expect(eventIds(alice, conversation.messages)).toEqual([1]);
  });
});

describe('when the bus loses the news of a role that has changed', () => {
  test('who could look in without being there no longer can, after the next comparison', async () => {
    const conversation = await peeking.conversation('bob');
    const alice = await peeking.login('alice');
    const results = await alice.subscribe([conversation.channel, 'document', null]);
    expect(results.map(({ type }) => type)).toEqual(['subscription_established']);
    bus.hold();
    const roles = peeking.sql("SELECT sid FROM roles WHERE friendly_name = 'service user'");
    await peeking.rest('POST', `/v1/Roles/${String(roles[0]?.sid)}`, { Permission: 'createConversation' });
    bus.lose();
    const path = `${CLIENT}/Conversations/${conversation.sid}`;
    expect((await alice.request('GET', path)).status).toBe(403);
    await peeking.compared();
    await peeking.rest('POST', `/v1/Conversations/${conversation.sid}`, { FriendlyName: 'secret' });
    await alice.exchange({ method: 'ping' });
    expect(JSON.stringify(alice.packets)).not.toContain('secret');
  });
});

/** A server in which users may look into conversations whose SID they know. */
async function startPeekServer() {
  const peeking = await startTestServer({ join: 'sid', parts: { bus }, limitOverrides: { busCheckMs: 50 } });
  return {
    ...peeking,
    /** A comparison with the database has begun and ended: a change that only it can have told has arrived. */
    async compared(): Promise<void> {
      const conversation = await peeking.conversation('zoe');
      const zoe = await peeking.login('zoe');
      await zoe.subscribe([conversation.messages, 'list', null]);
      for (let round = 0; round < 2; round += 1) {
        bus.hold();
        await conversation.send('only the database knows');
        bus.lose();
        await zoe.until(() => eventIds(zoe, conversation.messages).includes(round + 1));
      }
    },
  };
}
