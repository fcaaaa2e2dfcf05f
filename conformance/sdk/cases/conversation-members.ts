import { expect } from 'vitest';
import type { Conversation, Participant } from '../../support/sdk.ts';
import { eventually, heard, refusal } from '../heard.ts';
import { participantOf } from '../stage.ts';
import type { Case } from './case.ts';

/** Who is in a conversation: methods of Conversation. */
export const memberMethods: Record<string, Case> = {
  async add({ room }) {
    const { sid, alices, bobs } = await room();
    const joined = heard<Participant>(bobs, 'participantJoined', ({ identity }) => identity === 'carol');
    const answer = await alices.add('carol', { seat: 1 });
    expect(answer).toMatchObject({
      sid: expect.stringMatching(/^MB/),
      conversation_sid: sid,
      identity: 'carol',
      attributes: '{"seat":1}',
      messaging_binding: null,
    });
    expect(await joined).toMatchObject({ sid: answer.sid, type: 'chat', attributes: { seat: 1 } });
    expect(await refusal(alices.add('carol'))).toMatchObject({ status: 409, code: 50433 });
  },

  async addNonChatParticipant({ room }) {
    const { alices, bobs } = await room();
    const joined = heard<Participant>(bobs, 'participantJoined', ({ type }) => type === 'sms');
    const answer = await alices.addNonChatParticipant('+15005550006', '+15005550007', { by: 'phone' });
    expect(answer).toMatchObject({
      identity: null,
      messaging_binding: { type: 'sms', proxy_address: '+15005550006', address: '+15005550007' },
    });
    expect(await joined).toMatchObject({ sid: answer.sid, identity: null, attributes: { by: 'phone' } });
    expect(await refusal(alices.addNonChatParticipant('+15005550006', '+15005550007'))).toMatchObject({ status: 409 });
  },

  async join({ room, connect }) {
    const { sid, alices } = await room();
    const carol = await connect('carol who joins');
    const listed = heard<Conversation>(carol, 'conversationJoined', (one) => one.sid === sid);
    const seen = heard<Participant>(alices, 'participantJoined', ({ identity }) => identity === 'carol who joins');
    const carols = await carol.peekConversationBySid(sid);
    expect(carols.status).not.toBe('joined');
    expect((await carols.join()).sid).toBe(sid);
    expect((await listed).status).toBe('joined');
    expect((await seen).identity).toBe('carol who joins');
    expect(await refusal(carols.join())).toMatchObject({ status: 409 });
  },

  async leave({ room, bob }) {
    const { sid, alices, bobs } = await room();
    const left = heard<Participant>(alices, 'participantLeft');
    const told = heard<Conversation>(bob, 'conversationLeft', (one) => one.sid === sid);
    expect((await bobs.leave()).sid).toBe(sid);
    expect((await left).identity).toBe('bob');
    expect((await told).status).not.toBe('joined');
    await expect(bob.getConversationBySid(sid))
      .resolves.toMatchObject({ status: 'notParticipating' })
      .catch(() => {});
  },

  async removeParticipant({ room, alice }) {
    const { alices, bobs } = await room();
    await alices.add('carol');
    await alices.add('d/a ve%');
    const told = ['carol', 'd/a ve%', 'bob'].map((name) =>
      heard<Participant>(alices, 'participantLeft', ({ identity }) => identity === name),
    );
    await eventually(async () => (await alices.getParticipants()).length, 4);
    await alices.removeParticipant('carol');
    await alices.removeParticipant('d/a ve%');
    const removed = heard(bobs, 'removed');
    await alices.removeParticipant(await participantOf(alices, 'bob'));
    await Promise.all([...told, removed]);
    expect((await alices.getParticipants()).map(({ identity }) => identity)).toEqual([alice.user.identity]);
    expect(await refusal(alices.removeParticipant('carol'))).toMatchObject({ status: 404 });
  },

  async getParticipants({ room }) {
    const { bobs } = await room();
    const participants = await bobs.getParticipants();
    expect(participants.map(({ identity }) => identity).sort()).toEqual(['alice', 'bob']);
    for (const { sid, roleSid, dateCreated } of participants) {
      expect([sid, roleSid, dateCreated]).toEqual([
        expect.stringMatching(/^MB/),
        expect.stringMatching(/^RL/),
        expect.any(Date),
      ]);
    }
  },

  async getParticipantsCount({ room }) {
    const { alices, bobs } = await room();
    expect(await bobs.getParticipantsCount()).toBe(2);
    await alices.add('carol');
    // Counts are remembered for half a second (protocol 12).
    await eventually(() => bobs.getParticipantsCount(), 3);
  },

  async getParticipantBySid({ room }) {
    const { alices, bobs } = await room();
    const { sid } = await participantOf(alices, 'bob');
    expect(await bobs.getParticipantBySid(sid)).toMatchObject({ sid, identity: 'bob' });
    expect((await refusal(bobs.getParticipantBySid('MB0'))).message).toMatch(/not found/);
  },

  async getParticipantByIdentity({ room }) {
    const { bobs } = await room();
    expect(await bobs.getParticipantByIdentity('alice')).toMatchObject({ identity: 'alice', type: 'chat' });
    expect((await refusal(bobs.getParticipantByIdentity('nobody'))).message).toMatch(/not found/);
  },
};
