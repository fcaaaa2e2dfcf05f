import { appendEvent, type ConversationRow } from '../../store/seam.ts';
import { nameOf, type ServiceRef } from '../actor.ts';
import type { Command } from '../command.ts';
import { conversationRef } from '../conversation/queries.ts';
import { DomainError, refusals } from '../errors.ts';
import { requireConversationPermission } from '../role/require-permission.ts';
import { keepTombstone } from '../sync/keep-tombstone.ts';
import { findParticipant } from './queries.ts';

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
  prepare: (_context, input) => input,
  affinity: ({ conversation }) => conversation.id,
  async transact({ actor, db, changes, now }, { service, conversation, sidOrIdentity }) {
    const participant = await findParticipant(db, conversation.id, sidOrIdentity);
    if (actor.kind === 'user') {
      const own = participant?.user_id === actor.user.id;
      await requireConversationPermission(db, actor, conversation.id, own ? 'leaveConversation' : 'removeParticipant');
    }
    if (participant === undefined) throw new DomainError(50432, 404, `Participant ${sidOrIdentity} not found`);

    const bumped = await db
      .updateTable('conversations')
      .set((eb) => ({
        roster_event: eb('roster_event', '+', 1),
        participants_count: eb('participants_count', '-', 1),
      }))
      .where('id', '=', conversation.id)
      .returning(['roster_event', 'state'])
      .executeTakeFirstOrThrow();
    if (bumped.state === 'closed') throw refusals.conversationClosed();
    const { conversations_event } = await db
      .updateTable('users')
      .set((eb) => ({ conversations_event: eb('conversations_event', '+', 1) }))
      .where('id', '=', participant.user_id)
      .returning('conversations_event')
      .executeTakeFirstOrThrow();
    const removed = await db
      .deleteFrom('participants')
      .where('id', '=', participant.id)
      .returning('id')
      .executeTakeFirst();
    // Removed by another node while we waited for the conversation's row.
    if (removed === undefined) throw new DomainError(50432, 404, `Participant ${sidOrIdentity} not found`);
    await keepTombstone(
      db,
      { object: 'roster', ownerId: conversation.id, key: participant.sid, event: bumped.roster_event },
      now,
    );
    await keepTombstone(
      db,
      { object: 'memberships', ownerId: participant.user_id, key: conversation.sid, event: conversations_event },
      now,
    );

    // The user's own map first: `conversationLeft` must come before the loss of the channel.
    changes.push(
      {
        object: 'memberships',
        action: 'removed',
        event: conversations_event,
        at: now,
        user: { sid: participant.user_sid, service_sid: service.sid },
        key: conversation.sid,
      },
      {
        object: 'roster',
        action: 'removed',
        event: bumped.roster_event,
        at: now,
        conversation: conversationRef(service, conversation),
        key: participant.sid,
      },
    );
    await appendEvent(db, {
      service_id: service.id,
      kind: 'participant.removed',
      subject_sid: participant.sid,
      actor: nameOf(actor),
      payload: JSON.stringify({
        sid: participant.sid,
        conversation_sid: conversation.sid,
        identity: participant.identity,
        removed_at: now,
      }),
      created_at: now,
    });
  },
};
