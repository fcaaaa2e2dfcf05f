import { expect } from 'vitest';
import type { Participant } from '../../support/sdk.ts';
import { heard, remembered } from '../heard.ts';
import { participantOf, type Room, type Stage } from '../stage.ts';
import type { Case } from './case.ts';

/** `Conversation.typing()`. */
export const typingMethods: Record<string, Case> = {
  async typing(stage) {
    const { alice, bob } = stage;
    const { sid, alices, bobs } = await followedRoom(stage);
    const isHere = ({ conversation }: Participant) => conversation.sid === sid;
    const own = remembered<Participant>(alice, 'typingStarted');
    const started = heard<Participant>(bob, 'typingStarted', isHere);
    await alices.typing();
    const typist = await started;
    expect([typist.identity, typist.isTyping]).toEqual(['alice', true]);
    // A message ends it.
    const ended = heard<Participant>(bob, 'typingEnded', isHere);
    await alices.sendMessage('typed');
    expect(await ended).toBe(typist);
    expect((await participantOf(bobs, 'alice')).isTyping).toBe(false);
    // Nobody is told of their own typing.
    expect(own.filter(isHere)).toEqual([]);
  },
};

type EmitterOf = (stage: Stage, room: Room) => Promise<Parameters<typeof heard>[0]>;

/** The two events of typing, told by the client, the conversation or the participant. */
export function typingEvents(emitterOf: EmitterOf): Record<string, Case> {
  return {
    async typingStarted(stage) {
      const room = await followedRoom(stage);
      const told = heard<Participant>(await emitterOf(stage, room), 'typingStarted', isIn(room));
      await room.alices.typing();
      expect(await told).toMatchObject({ identity: 'alice', isTyping: true });
    },

    async typingEnded(stage) {
      const room = await followedRoom(stage);
      const emitter = await emitterOf(stage, room);
      const started = heard<Participant>(emitter, 'typingStarted', isIn(room));
      const ended = heard<Participant>(emitter, 'typingEnded', isIn(room));
      await room.alices.typing();
      await started;
      // By itself, after the time that the server has set.
      expect(await ended).toMatchObject({ identity: 'alice', isTyping: false });
    },
  };
}

function isIn({ sid }: Room): (participant: Participant) => boolean {
  return ({ conversation }) => conversation.sid === sid;
}

/** A room whose participants bob hears of already: who types is told to those. */
async function followedRoom(stage: Stage): Promise<Room> {
  const room = await stage.room();
  const told = heard(room.bobs, 'participantUpdated');
  await (await participantOf(room.alices, 'bob')).updateAttributes({ awake: true });
  await told;
  return room;
}
