import { expect } from 'vitest';
import type { Message, Participant } from '../../support/sdk.ts';
import { eventually, heard, heardReason, type Told } from '../heard.ts';
import { participantOf, sentBy } from '../stage.ts';
import type { ClassCases } from './case.ts';
import { memberMethods } from './conversation-members.ts';
import { messageMethods } from './conversation-messages.ts';
import { stateEvents, stateMethods } from './conversation-state.ts';
import { recipientMethods } from './message-details.ts';
import { typingEvents, typingMethods } from './typing.ts';

export const conversationCases: ClassCases = {
  className: 'Conversation',
  methods: { ...memberMethods, ...stateMethods, ...messageMethods, ...typingMethods, ...recipientMethods },
  events: {
    ...stateEvents,
    ...typingEvents(async (_stage, { bobs }) => bobs),

    async participantJoined({ room, rest }) {
      const { sid, bobs } = await room();
      const joined = heard<Participant>(bobs, 'participantJoined');
      await rest('POST', `Conversations/${sid}/Participants`, { Identity: 'carol', Attributes: '{"seat":3}' });
      expect(await joined).toMatchObject({ identity: 'carol', attributes: { seat: 3 }, conversation: { sid } });
    },

    async participantLeft({ room, rest }) {
      const { sid, alices, bobs } = await room();
      const { sid: participantSid } = await participantOf(bobs, 'alice');
      const left = heard<Participant>(bobs, 'participantLeft');
      await rest('DELETE', `Conversations/${sid}/Participants/${participantSid}`);
      expect(await left).toMatchObject({ sid: participantSid, identity: 'alice' });
      expect((await bobs.getParticipants()).map(({ identity }) => identity)).toEqual(['bob']);
      await eventually(() => alices.status === 'joined', false);
    },

    async participantUpdated({ room, rest }) {
      const { sid, bobs } = await room();
      const { sid: participantSid } = await participantOf(bobs, 'alice');
      const told = heard<Told & { participant: Participant }>(bobs, 'participantUpdated');
      await rest('POST', `Conversations/${sid}/Participants/${participantSid}`, { Attributes: '{"mood":"fine"}' });
      const { participant, updateReasons } = await told;
      expect([participant.identity, participant.attributes]).toEqual(['alice', { mood: 'fine' }]);
      expect(updateReasons.sort()).toEqual(['attributes', 'dateUpdated']);
    },

    async messageAdded({ room, rest }) {
      const { sid, alices, bobs } = await room();
      const came = [alices, bobs].map((one) => heard<Message>(one, 'messageAdded'));
      await rest('POST', `Conversations/${sid}/Messages`, { Author: 'backend', Body: 'from outside' });
      for (const message of await Promise.all(came)) {
        expect(message).toMatchObject({ author: 'backend', body: 'from outside', index: 0, participantSid: null });
      }
    },

    async messageRemoved({ room, rest }) {
      const { sid, alices, bobs } = await room();
      const { sid: messageSid } = await sentBy(alices, bobs, 'a slip');
      const removed = [alices, bobs].map((one) => heard<Message>(one, 'messageRemoved'));
      await rest('DELETE', `Conversations/${sid}/Messages/${messageSid}`);
      for (const message of await Promise.all(removed))
        expect([message.sid, message.body]).toEqual([messageSid, 'a slip']);
      expect((await bobs.getMessages()).items).toEqual([]);
    },

    async messageUpdated({ room, rest }) {
      const { sid, alices, bobs } = await room();
      const message = await sentBy(bobs, alices, 'teh');
      const told = heardReason<Told & { message: Message }>(bobs, 'messageUpdated', 'body');
      await rest('POST', `Conversations/${sid}/Messages/${message.sid}`, { Body: 'the', Attributes: '{"edited":1}' });
      const { message: changed, updateReasons } = await told;
      expect(changed).toBe(message);
      expect([changed.body, changed.attributes]).toEqual(['the', { edited: 1 }]);
      expect(updateReasons.sort()).toEqual(expect.arrayContaining(['attributes', 'body', 'dateUpdated']));
    },
  },
};
