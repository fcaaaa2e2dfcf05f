import type { ConversationRow } from '../../store/seam.ts';
import { nameOf, type ServiceRef } from '../actor.ts';
import type { Command } from '../command.ts';
import { lockConversation } from '../conversation/claim-event.ts';
import { DomainError } from '../errors.ts';
import { perConversation } from '../rates.ts';
import { requireConversationPermission } from '../role/require-permission.ts';
import { participantFacts } from './facts.ts';
import { findParticipant } from './queries.ts';
import { removeMembership } from './remove-membership.ts';

export interface RemoveParticipantInput {
  service: ServiceRef;
  conversation: ConversationRow;
  sidOrIdentity: string;
}

/**
 * Removes a participant. SDK users need `leaveConversation` for themselves and `removeParticipant` for others; who is not a participant
 * gets 50430 whether or not the one named exists.
 */
export const removeParticipant: Command<RemoveParticipantInput, RemoveParticipantInput, void> = {
  name: 'removeParticipant',
  evenOnFullDisk: true,
  rate: perConversation,
  prepare: (_context, input) => input,
  affinity: ({ conversation }) => conversation.id,
  preAction: {
    event: 'onParticipantRemove',
    service: ({ service }) => service,
    conversation: ({ conversation }) => conversation.sid,
    async tell({ read }, { conversation, sidOrIdentity }) {
      const row = await findParticipant(read, conversation.id, sidOrIdentity);
      return row && participantFacts(row, conversation);
    },
  },
  async transact(context, { service, conversation, sidOrIdentity }) {
    const { actor, db } = context;
    await lockConversation(db, actor, conversation);
    const participant = await findParticipant(db, conversation.id, sidOrIdentity);
    if (actor.kind === 'user') {
      const own = participant?.user_id === actor.user.id;
      await requireConversationPermission(db, actor, conversation.id, own ? 'leaveConversation' : 'removeParticipant');
    }
    const notFound = new DomainError(50432, 404, `Participant ${sidOrIdentity} not found`);
    if (participant === undefined) throw notFound;
    // Deleting the user takes no lock on the conversation before it takes the participant.
    const membership = { service, conversation, participant, actor: nameOf(actor) };
    if (!(await removeMembership(context, membership))) throw notFound;
  },
};
