import { expect } from 'vitest';
import type { Message } from '../../support/sdk.ts';
import { heard, heardReason, refusal, type Told } from '../heard.ts';
import { participantOf, type Room } from '../stage.ts';
import type { ClassCases } from './case.ts';
import { messageTemplateMethods } from './content-templates.ts';
import { messageMediaMethods } from './media.ts';
import { detailMethods } from './message-details.ts';

export const messageCases: ClassCases = {
  className: 'Message',
  methods: {
    ...detailMethods,
    ...messageTemplateMethods,
    ...messageMediaMethods,

    async getParticipant({ room }) {
      const { theirs } = await sent(await room());
      const { sid } = await participantOf(theirs.conversation, 'alice');
      expect(await theirs.getParticipant()).toMatchObject({ sid, identity: 'alice' });
    },

    async remove({ room }) {
      const { own, theirs } = await sent(await room());
      const gone = heard<Message>(theirs.conversation, 'messageRemoved');
      expect(await refusal(theirs.remove())).toMatchObject({ status: 403 });
      expect((await own.remove()).sid).toBe(own.sid);
      expect((await gone).sid).toBe(own.sid);
      expect((await theirs.conversation.getMessages()).items).toEqual([]);
      expect(await refusal(own.updateBody('too late'))).toMatchObject({ status: 404 });
    },

    async updateBody({ room }) {
      const { own, theirs } = await sent(await room());
      const told = heardReason(theirs, 'updated', 'body');
      expect((await own.updateBody('edited ✓')).sid).toBe(own.sid);
      expect((await told).updateReasons.sort()).toEqual(['body', 'dateUpdated', 'lastUpdatedBy']);
      expect([theirs.body, theirs.lastUpdatedBy, theirs.author]).toEqual(['edited ✓', 'alice', 'alice']);
      expect(Number(theirs.dateUpdated)).toBeGreaterThanOrEqual(Number(theirs.dateCreated));
      expect(await refusal(theirs.updateBody('not mine'))).toMatchObject({ status: 403 });
    },

    async updateAttributes({ room }) {
      const { own, theirs } = await sent(await room());
      const told = heardReason(theirs, 'updated', 'attributes');
      expect((await own.updateAttributes({ reactions: { '👍': ['bob'] } })).sid).toBe(own.sid);
      expect((await told).updateReasons.sort()).toEqual(['attributes', 'dateUpdated', 'lastUpdatedBy']);
      expect([theirs.attributes, theirs.body]).toEqual([{ reactions: { '👍': ['bob'] } }, 'first words']);
    },
  },
  events: {
    async updated({ room, rest }) {
      const { own, theirs } = await sent(await room());
      const told = [own, theirs].map((message) =>
        heardReason<Told & { message: Message }>(message, 'updated', 'attributes'),
      );
      await rest('POST', `Conversations/${own.conversation.sid}/Messages/${own.sid}`, { Attributes: '{"seen":true}' });
      for (const { message } of await Promise.all(told))
        expect([message.sid, message.attributes]).toEqual([own.sid, { seen: true }]);
    },
  },
};

/** A message of alice's, as each of the two has it. */
async function sent({ alices, bobs }: Room): Promise<{ own: Message; theirs: Message }> {
  const came = Promise.all([alices, bobs].map((one) => heard<Message>(one, 'messageAdded')));
  await alices.sendMessage('first words', { draft: 1 });
  const [own, theirs] = await came;
  if (own === undefined || theirs === undefined) throw new Error('The message did not come.');
  return { own, theirs };
}
