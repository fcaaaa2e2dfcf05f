import { appendEvent, type ConversationRow, type ParticipantRow } from '../../store/seam.ts';
import { nameOf, type ServiceRef } from '../actor.ts';
import type { TransactContext } from '../command.ts';
import { claimEvent } from '../conversation/claim-event.ts';
import { conversationRef } from '../conversation/queries.ts';
import { invalidParameter } from '../errors.ts';
import { messageAtHorizon } from '../receipt/told-message.ts';
import { claimMembershipEvent } from './claim-membership-event.ts';
import { participantFacts } from './facts.ts';

/** How far somebody has read. Absent: stays as it is. */
export interface Horizon {
  /** The last message that was read; null: nothing counts as read or unread (lifecycle 3). */
  index?: number | null | undefined;
  /** When, in ms; the time of the change when absent. */
  readAt?: number | undefined;
}

/** Refuses what is no index of a message. Beyond the last one there is none yet, which is for `moveHorizon` to see. */
export function checkHorizon({ index }: Horizon): void {
  if (index === undefined || index === null) return;
  if (!Number.isSafeInteger(index) || index < -1) {
    throw invalidParameter('last_read_message_index must be the index of a message, or null.');
  }
}

/**
 * Moves a participant's read horizon in a conversation that is locked. An index beyond the last message is taken for the last one. The
 * others see it in the roster; the clients of a participant who is a user in their list, too.
 */
export async function moveHorizon<Participant extends ParticipantRow>(
  { actor, db, changes, now }: Pick<TransactContext, 'actor' | 'db' | 'changes' | 'now'>,
  target: { service: ServiceRef; conversation: ConversationRow; participant: Participant },
  { index, readAt = now }: Horizon,
): Promise<Participant> {
  const { service, conversation, participant } = target;
  const claimed = await claimEvent(db, conversation, 'roster_event');
  const { user_id, user_sid, identity } = participant;
  const membershipEvent = user_id === null ? 0 : await claimMembershipEvent(db, user_id);
  const horizon = typeof index === 'number' ? Math.min(index, claimed.next_message_index - 1) : index;
  const updated = await db
    .updateTable('participants')
    .set({
      ...(horizon !== undefined && { last_read_message_index: horizon }),
      last_read_at: readAt,
      roster_event: claimed.roster_event,
      membership_event: membershipEvent,
    })
    .where('id', '=', participant.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  const row: Participant = { ...participant, ...updated };
  if (user_id !== null && user_sid !== null && identity !== null) {
    changes.push({
      object: 'memberships',
      action: 'updated',
      event: membershipEvent,
      at: now,
      user: { sid: user_sid, service_sid: service.sid },
      row: { ...row, user_id, user_sid, identity, conversation_sid: conversation.sid },
    });
  }
  changes.push({
    object: 'roster',
    action: 'updated',
    event: claimed.roster_event,
    at: now,
    conversation: conversationRef(service, conversation),
    row,
    mergeAmong: claimed.participants_count,
  });
  await appendEvent(db, {
    service_id: service.id,
    kind: 'participant.read_horizon',
    subject_sid: row.sid,
    actor: nameOf(actor),
    payload: JSON.stringify({
      ...participantFacts(row, conversation),
      last_read_at: readAt,
      message: await messageAtHorizon(db, conversation.id, horizon ?? null),
    }),
    created_at: now,
  });
  return row;
}
