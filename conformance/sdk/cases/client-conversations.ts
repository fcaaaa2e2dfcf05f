import { expect } from 'vitest';
import type { Conversation, Message, Participant } from '../../support/sdk.ts';
import { heard, heardReason, refusal, remembered, type Told } from '../heard.ts';
import { participantOf, sentBy } from '../stage.ts';
import type { Case } from './case.ts';

/** Finding and making conversations: methods of Client. */
export const conversationMethods: Record<string, Case> = {
  async createConversation({ alice, bob }) {
    const added = heard<Conversation>(alice, 'conversationAdded', ({ uniqueName }) => uniqueName === 'made / once');
    const options = { friendlyName: 'Pläne', uniqueName: 'made / once', attributes: { deep: { n: [1] } } };
    const made = await alice.createConversation(options);
    expect(made).toMatchObject({ sid: expect.stringMatching(/^CH[0-9a-f]{32}$/), createdBy: 'alice', ...options });
    expect([made.status, made.state?.current]).toEqual(['notParticipating', 'active']);
    expect(made.dateCreated).toBeInstanceOf(Date);
    expect((await added).sid).toBe(made.sid);
    const again = await refusal(bob.createConversation({ uniqueName: 'made / once' }));
    expect(again).toMatchObject({ status: 409, code: 50353, message: 'Conflict' });
  },

  async getConversationBySid({ room, bob, connect }) {
    const { sid } = await room({ friendlyName: 'Known' });
    expect(await bob.getConversationBySid(sid)).toMatchObject({ sid, friendlyName: 'Known', status: 'joined' });
    const stranger = await connect('stranger by sid');
    const unknown = await refusal(stranger.getConversationBySid(`CH${'0'.repeat(32)}`));
    expect(unknown).toMatchObject({ status: 403, code: 50430 });
  },

  async peekConversationBySid({ room, connect }) {
    const { sid, alices } = await room({ friendlyName: 'Seen from outside' });
    const stranger = await connect('stranger who peeks');
    const came = remembered<Message>(stranger, 'messageAdded');
    const seen = await stranger.peekConversationBySid(sid);
    expect(seen).toMatchObject({ sid, friendlyName: 'Seen from outside' });
    expect(seen.status).not.toBe('joined');
    const told = heardReason(seen, 'updated', 'friendlyName');
    await alices.sendMessage('for members only');
    await alices.updateFriendlyName('Renamed');
    await told;
    expect([seen.friendlyName, came]).toEqual(['Renamed', []]);
    expect((await stranger.getSubscribedConversations()).items).toEqual([]);
  },

  async getConversationByUniqueName({ room, bob, connect }) {
    const { sid } = await room({ uniqueName: 'the ü/name' });
    expect(await bob.getConversationByUniqueName('the ü/name')).toMatchObject({ sid, status: 'joined' });
    expect(await refusal(bob.getConversationByUniqueName('no such name'))).toMatchObject({ status: 404 });
    // Names are for those who are in it.
    const stranger = await connect('stranger by name');
    expect(await refusal(stranger.getConversationByUniqueName('the ü/name'))).toMatchObject({ status: 404 });
  },

  async getSubscribedConversations({ rest, connect }) {
    // The SDK asks for 50 at a time.
    const sids = await Promise.all(
      Array.from({ length: 60 }, async (_, n) => {
        const { sid } = await rest('POST', 'Conversations', { FriendlyName: `conversation ${n}` });
        await rest('POST', `Conversations/${sid}/Participants`, { Identity: 'in many' });
        return sid;
      }),
    );
    const client = await connect('in many');
    let page = await client.getSubscribedConversations();
    const found = [...page.items];
    while (page.hasNextPage) {
      page = await page.nextPage();
      found.push(...page.items);
    }
    expect(found.map(({ sid }) => sid).sort()).toEqual(sids.sort());
    expect(new Set(found.map(({ friendlyName }) => friendlyName)).size).toBe(60);
  },
};

/** Events of Client about conversations and what is in them. */
export const conversationEvents: Record<string, Case> = {
  async conversationAdded({ rest, connect }) {
    const client = await connect('is added');
    const added = heard<Conversation>(client, 'conversationAdded');
    const { sid } = await rest('POST', 'Conversations', { FriendlyName: 'New' });
    await rest('POST', `Conversations/${sid}/Participants`, { Identity: 'is added' });
    expect(await added).toMatchObject({ sid, friendlyName: 'New' });
  },

  async conversationJoined({ alice, connect }) {
    const client = await connect('joins');
    const conversation = await alice.createConversation();
    await conversation.join();
    const joined = heard<Conversation>(client, 'conversationJoined');
    await conversation.add('joins');
    expect(await joined).toMatchObject({ sid: conversation.sid, status: 'joined', notificationLevel: 'default' });
  },

  async conversationLeft({ room, bob }) {
    const { sid, bobs } = await room();
    const left = heard<Conversation>(bob, 'conversationLeft', (one) => one.sid === sid);
    await bobs.leave();
    expect(await left).toBe(bobs);
  },

  async conversationRemoved({ room, bob, rest }) {
    const { sid, bobs } = await room();
    const order: string[] = [];
    for (const event of ['conversationLeft', 'conversationRemoved']) {
      void heard<Conversation>(bob, event, (one) => one.sid === sid).then(() => order.push(event));
    }
    const removed = heard<Conversation>(bob, 'conversationRemoved', (one) => one.sid === sid);
    await rest('DELETE', `Conversations/${sid}/Participants/bob`);
    expect(await removed).toBe(bobs);
    expect(order).toEqual(['conversationLeft', 'conversationRemoved']);
    expect((await bob.getSubscribedConversations()).items.filter((one) => one.sid === sid)).toEqual([]);
  },

  async conversationUpdated({ room, bob, rest }) {
    const { sid, bobs } = await room();
    const told = heardReason<Told & { conversation: Conversation }>(
      bob,
      'conversationUpdated',
      'attributes',
      ({ conversation }) => conversation.sid === sid,
    );
    await rest('POST', `Conversations/${sid}`, { Attributes: '{"colour":"red"}' });
    const { conversation, updateReasons } = await told;
    expect(conversation).toBe(bobs);
    expect([bobs.attributes, updateReasons.sort()]).toEqual([{ colour: 'red' }, ['attributes', 'dateUpdated']]);
  },

  async participantJoined({ room, bob }) {
    const { alices, bobs } = await room();
    const joined = heard<Participant>(bob, 'participantJoined', ({ identity }) => identity === 'told to the client');
    await alices.add('told to the client');
    expect((await joined).conversation).toBe(bobs);
  },

  async participantLeft({ room, bob }) {
    const { sid, alices } = await room();
    const left = heard<Participant>(bob, 'participantLeft', ({ conversation }) => conversation.sid === sid);
    await alices.leave();
    expect((await left).identity).toBe('alice');
  },

  async participantUpdated({ room, bob }) {
    const { sid, alices } = await room();
    const told = heardReason<Told & { participant: Participant }>(
      bob,
      'participantUpdated',
      'attributes',
      ({ participant }) => participant.conversation.sid === sid,
    );
    await (await participantOf(alices, 'alice')).updateAttributes({ seat: 7 });
    const { participant } = await told;
    expect([participant.identity, participant.attributes]).toEqual(['alice', { seat: 7 }]);
  },

  async messageAdded({ room, alice, bob }) {
    const { sid, bobs } = await room();
    // To who wrote it as well, and to each once.
    const heardBy = [alice, bob].map((client) => {
      const came = remembered<Message>(client, 'messageAdded');
      return { came: () => came.filter(({ conversation }) => conversation.sid === sid), client };
    });
    const last = heardBy.map(({ client }) =>
      heard<Message>(client, 'messageAdded', ({ body, conversation }) => body === 'two' && conversation.sid === sid),
    );
    await bobs.sendMessage('one');
    await bobs.sendMessage('two');
    await Promise.all(last);
    for (const { came } of heardBy) {
      expect(came().map(({ body, author, index }) => [body, author, index])).toEqual([
        ['one', 'bob', 0],
        ['two', 'bob', 1],
      ]);
    }
  },

  async messageRemoved({ room, alice, bob }) {
    const { sid, alices, bobs } = await room();
    const message = await sentBy(alices, bobs, 'to go');
    const removed = [alice, bob].map((client) =>
      heard<Message>(client, 'messageRemoved', ({ conversation }) => conversation.sid === sid),
    );
    await message.remove();
    for (const one of await Promise.all(removed)) expect([one.index, one.body]).toEqual([0, 'to go']);
  },

  async messageUpdated({ room, bob }) {
    const { sid, alices, bobs } = await room();
    const sent = await sentBy(alices, bobs, 'before');
    const told = heard<Told & { message: Message }>(
      bob,
      'messageUpdated',
      ({ message }) => message.conversation.sid === sid,
    );
    await sent.updateBody('after');
    const { message, updateReasons } = await told;
    expect([message.body, updateReasons.sort()]).toEqual(['after', ['body', 'dateUpdated', 'lastUpdatedBy']]);
  },
};
