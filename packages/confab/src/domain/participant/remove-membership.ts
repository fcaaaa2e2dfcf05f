import { appendEvent, type ConversationRow, type ParticipantRow } from '../../store/seam.ts';
import type { ServiceRef } from '../actor.ts';
import type { TransactContext } from '../command.ts';
import { conversationRef } from '../conversation/queries.ts';
import { keepTombstone } from '../sync/keep-tombstone.ts';
import { claimMembershipEvent } from './claim-membership-event.ts';

export interface RemoveMembershipInput {
  service: Pick<ServiceRef, 'id' | 'sid'>;
  conversation: Pick<ConversationRow, 'id' | 'sid'>;
  participant: ParticipantRow;
  /** Who is named in the event log. */
  actor: string;
}

/**
 * Takes a participant out of a conversation and the conversation out of their list, whatever the right to it: the part that leaving,
 * being removed, and being deleted have in common. False when somebody else was faster.
 */
export async function removeMembership(
  { db, changes, now }: Pick<TransactContext, 'db' | 'changes' | 'now'>,
  { service, conversation, participant, actor }: RemoveMembershipInput,
): Promise<boolean> {
  // First, as the gate: who does not get the row moves no counter.
  const removed = await db
    .deleteFrom('participants')
    .where('id', '=', participant.id)
    .returning('id')
    .executeTakeFirst();
  if (removed === undefined) return false;
  const { roster_event } = await db
    .updateTable('conversations')
    .set((eb) => ({
      roster_event: eb('roster_event', '+', 1),
      participants_count: eb('participants_count', '-', 1),
    }))
    .where('id', '=', conversation.id)
    .returning('roster_event')
    .executeTakeFirstOrThrow();
  const membershipEvent = await claimMembershipEvent(db, participant.user_id, { removal: true });

  const rosterItem = { object: 'roster', ownerId: conversation.id, key: participant.sid, event: roster_event } as const;
  await keepTombstone(db, rosterItem, now);
  const membership = {
    object: 'memberships',
    ownerId: participant.user_id,
    key: conversation.sid,
    event: membershipEvent,
  } as const;
  await keepTombstone(db, membership, now);

  changes.push(
    // The user's own map first: `conversationLeft` must come before the loss of the channel.
    {
      object: 'memberships',
      action: 'removed',
      event: membershipEvent,
      at: now,
      user: { sid: participant.user_sid, service_sid: service.sid },
      key: conversation.sid,
    },
    {
      object: 'roster',
      action: 'removed',
      event: roster_event,
      at: now,
      conversation: conversationRef(service, conversation),
      key: participant.sid,
    },
  );
  await appendEvent(db, {
    service_id: service.id,
    kind: 'participant.removed',
    subject_sid: participant.sid,
    actor,
    payload: JSON.stringify({
      sid: participant.sid,
      conversation_sid: conversation.sid,
      identity: participant.identity,
      removed_at: now,
    }),
    created_at: now,
  });
  return true;
}
