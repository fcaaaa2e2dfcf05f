import { appendEvent, type ConversationRow, type MembershipRow } from '../../store/seam.ts';
import { nameOf, type ServiceRef } from '../actor.ts';
import type { Command } from '../command.ts';
import { claimEvent, lockConversation } from '../conversation/claim-event.ts';
import { conversationRef } from '../conversation/queries.ts';
import { invalidParameter, refusals } from '../errors.ts';
import { claimMembershipEvent } from './claim-membership-event.ts';
import { findParticipantOfUser } from './queries.ts';

export interface SetReadHorizonInput {
  service: ServiceRef;
  conversation: ConversationRow;
  userId: number;
  /** The last message that was read; null: nothing counts as read or unread (lifecycle 3). Absent: stays as it is. */
  index?: number | null | undefined;
  /** When it was read, in ms; now when absent. */
  readAt?: number | undefined;
}

/**
 * Moves a participant's read horizon, forward or back. An index beyond the last message is taken for the last one. The other participants
 * see it in the roster; the user's own clients in their list, too.
 */
export const setReadHorizon: Command<SetReadHorizonInput, SetReadHorizonInput, MembershipRow> = {
  name: 'setReadHorizon',
  prepare({ actor }, input) {
    const { index, userId } = input;
    if (index !== undefined && index !== null && (!Number.isSafeInteger(index) || index < -1)) {
      throw invalidParameter('last_read_message_index must be the index of a message, or null.');
    }
    if (actor.kind === 'user' && actor.user.id !== userId) throw refusals.notAllowed();
    return input;
  },
  affinity: ({ conversation }) => conversation.id,
  async transact({ actor, db, changes, now }, { service, conversation, userId, index, readAt }) {
    const locked = await lockConversation(db, actor, conversation);
    const before = await findParticipantOfUser(db, userId, conversation.id);
    if (before === undefined) throw refusals.notParticipant();
    const claimed = await claimEvent(db, locked, 'roster_event');
    const membershipEvent = await claimMembershipEvent(db, userId);
    const horizon =
      index === undefined
        ? before.last_read_message_index
        : index === null
          ? null
          : Math.min(index, claimed.next_message_index - 1);
    const last_read_at = readAt ?? now;
    const updated = await db
      .updateTable('participants')
      .set({
        last_read_message_index: horizon,
        last_read_at,
        roster_event: claimed.roster_event,
        membership_event: membershipEvent,
      })
      .where('id', '=', before.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    const row: MembershipRow = { ...before, ...updated, conversation_sid: conversation.sid };
    const event = claimed.roster_event;
    changes.push(
      {
        object: 'memberships',
        action: 'updated',
        event: membershipEvent,
        at: now,
        user: { sid: row.user_sid, service_sid: service.sid },
        row,
      },
      {
        object: 'roster',
        action: 'updated',
        event,
        at: now,
        conversation: conversationRef(service, conversation),
        row,
        horizonAmong: claimed.participants_count,
      },
    );
    await appendEvent(db, {
      service_id: service.id,
      kind: 'participant.read_horizon',
      subject_sid: row.sid,
      actor: nameOf(actor),
      payload: JSON.stringify({
        sid: row.sid,
        conversation_sid: conversation.sid,
        identity: row.identity,
        last_read_message_index: horizon,
        last_read_at,
      }),
      created_at: now,
    });
    return row;
  },
};
