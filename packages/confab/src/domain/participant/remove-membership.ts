import { appendEvent, type ConversationRow, type ParticipantRow } from '../../store/seam.ts';
import type { ServiceRef } from '../actor.ts';
import type { TransactContext } from '../command.ts';
import { conversationRef } from '../conversation/queries.ts';
import { keepTombstone } from '../sync/keep-tombstone.ts';
import { isInGroup, kindOf } from './binding.ts';
import { claimMembershipEvent } from './claim-membership-event.ts';
import { participantFacts } from './facts.ts';
import { shrinkGroupSet } from './group-set.ts';
import { releaseNumberPair } from './number-pair.ts';

export interface RemoveMembershipInput {
  service: Pick<ServiceRef, 'id' | 'sid'>;
  conversation: Pick<ConversationRow, 'id' | 'sid'>;
  participant: ParticipantRow;
  /** Who is named in the event log. */
  actor: string;
  /** What the event log tells of them, where it is not to tell who they were. */
  told?: ParticipantRow;
}

/**
 * Takes a participant out of a conversation and the conversation out of their list, whatever the right to it: the part that leaving,
 * being removed, and being deleted have in common. False when somebody else was faster.
 */
export async function removeMembership(
  { db, changes, now }: Pick<TransactContext, 'db' | 'changes' | 'now'>,
  { service, conversation, participant, actor, told = participant }: RemoveMembershipInput,
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
  const rosterItem = { object: 'roster', ownerId: conversation.id, key: participant.sid, event: roster_event } as const;
  await keepTombstone(db, rosterItem, now);
  // The user's own map first: `conversationLeft` must come before the loss of the channel.
  await removeFromMap({ db, changes, now }, service, conversation, participant);
  changes.push({
    object: 'roster',
    action: 'removed',
    event: roster_event,
    at: now,
    conversation: conversationRef(service, conversation),
    key: participant.sid,
  });
  await releaseNumberPair(db, conversation.id, participant);
  const kind = kindOf(participant);
  if (kind !== undefined && isInGroup(kind)) await shrinkGroupSet(db, service, conversation.id);
  await appendEvent(db, {
    service_id: service.id,
    kind: 'participant.removed',
    subject_sid: participant.sid,
    actor,
    payload: JSON.stringify({
      ...participantFacts(told, conversation),
      removed_at: now,
    }),
    created_at: now,
  });
  return true;
}

/** Who takes part by an address only has no such map. */
async function removeFromMap(
  { db, changes, now }: Pick<TransactContext, 'db' | 'changes' | 'now'>,
  service: Pick<ServiceRef, 'sid'>,
  conversation: Pick<ConversationRow, 'sid'>,
  { user_id, user_sid }: ParticipantRow,
): Promise<void> {
  if (user_id === null || user_sid === null) return;
  const event = await claimMembershipEvent(db, user_id, { removal: true });
  await keepTombstone(db, { object: 'memberships', ownerId: user_id, key: conversation.sid, event }, now);
  const user = { sid: user_sid, service_sid: service.sid };
  changes.push({ object: 'memberships', action: 'removed', event, at: now, user, key: conversation.sid });
}
