import type { ConversationRow, MembershipRow } from '../../store/seam.ts';
import type { ServiceRef } from '../actor.ts';
import type { Command } from '../command.ts';
import { lockConversation } from '../conversation/claim-event.ts';
import { refusals } from '../errors.ts';
import { perConversation } from '../rates.ts';
import { checkHorizon, type Horizon, moveHorizon } from './move-horizon.ts';
import { findParticipantOfUser } from './queries.ts';

export interface SetReadHorizonInput extends Horizon {
  service: ServiceRef;
  conversation: ConversationRow;
  userId: number;
}

/** Moves a user's read horizon in a conversation, forward or back. Users move their own only. */
export const setReadHorizon: Command<SetReadHorizonInput, SetReadHorizonInput, MembershipRow> = {
  name: 'setReadHorizon',
  rate: perConversation,
  prepare({ actor }, input) {
    checkHorizon(input);
    if (actor.kind === 'user' && actor.user.id !== input.userId) throw refusals.notAllowed();
    return input;
  },
  affinity: ({ conversation }) => conversation.id,
  async transact(context, { service, conversation: { id, sid }, userId, index, readAt }) {
    const { actor, db } = context;
    const conversation = await lockConversation(db, actor, { id, sid });
    const participant = await findParticipantOfUser(db, userId, id);
    if (participant === undefined) throw refusals.notParticipant();
    const row = await moveHorizon(context, { service, conversation, participant }, { index, readAt });
    return { ...row, conversation_sid: sid };
  },
};
