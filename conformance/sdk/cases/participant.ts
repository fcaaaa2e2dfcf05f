import { expect } from 'vitest';
import type { Participant } from '../../support/sdk.ts';
import { heard, heardReason, refusal, type Told } from '../heard.ts';
import { participantOf } from '../stage.ts';
import type { ClassCases } from './case.ts';
import { typingEvents } from './typing.ts';

export const participantCases: ClassCases = {
  className: 'Participant',
  methods: {
    async getUser({ room }) {
      const { bobs } = await room();
      const user = await (await participantOf(bobs, 'alice')).getUser();
      expect([user.identity, user.friendlyName, user.isSubscribed]).toEqual(['alice', 'alice', true]);
    },

    async remove({ room }) {
      const { alices, bobs } = await room();
      const removed = heard(bobs, 'removed');
      const left = heard<Participant>(alices, 'participantLeft');
      expect(await refusal((await participantOf(bobs, 'alice')).remove())).toMatchObject({ status: 403 });
      await (await participantOf(alices, 'bob')).remove();
      await removed;
      expect((await left).identity).toBe('bob');
    },

    async updateAttributes({ room }) {
      const { alices, bobs } = await room();
      const told = heardReason(await participantOf(bobs, 'alice'), 'updated', 'attributes');
      const own = await participantOf(alices, 'alice');
      expect((await own.updateAttributes({ seat: [1, 2] })).sid).toBe(own.sid);
      expect((await told).updateReasons.sort()).toEqual(['attributes', 'dateUpdated']);
      expect((await participantOf(bobs, 'alice')).attributes).toEqual({ seat: [1, 2] });
    },
  },
  events: {
    ...typingEvents((_stage, { bobs }) => participantOf(bobs, 'alice')),

    async updated({ room, rest }) {
      const { sid, bobs } = await room();
      const participant = await participantOf(bobs, 'bob');
      const role = await rest('POST', `Roles`, {
        FriendlyName: `reader of ${sid}`,
        Type: 'conversation',
        Permission: 'leaveConversation',
      });
      const told = heard<Told & { participant: Participant }>(participant, 'updated');
      await rest('POST', `Conversations/${sid}/Participants/${participant.sid}`, { RoleSid: role.sid });
      const { participant: changed, updateReasons } = await told;
      expect([changed.sid, changed.roleSid]).toEqual([participant.sid, role.sid]);
      expect(updateReasons.sort()).toEqual(['dateUpdated', 'roleSid']);
      expect(await refusal(bobs.sendMessage('no more'))).toMatchObject({ status: 403 });
    },
  },
};
