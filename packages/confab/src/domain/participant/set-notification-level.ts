import { appendEvent, type ConversationRow, type MembershipRow, type NotificationLevel } from '../../store/seam.ts';
import { nameOf, type ServiceRef } from '../actor.ts';
import type { Command } from '../command.ts';
import { lockConversation } from '../conversation/claim-event.ts';
import { invalidParameter, refusals } from '../errors.ts';
import { perConversation } from '../rates.ts';
import { requireConversationPermission } from '../role/require-permission.ts';
import { claimMembershipEvent } from './claim-membership-event.ts';
import { findParticipantOfUser } from './queries.ts';

export interface SetNotificationLevelInput {
  service: ServiceRef;
  conversation: ConversationRow;
  userId: number;
  level: string;
}

interface Plan extends SetNotificationLevelInput {
  level: NotificationLevel;
}

/** Sets whether a user is notified of what happens in a conversation: `default` or `muted`. SDK users need `editNotificationLevel`. */
export const setNotificationLevel: Command<SetNotificationLevelInput, Plan, MembershipRow> = {
  name: 'setNotificationLevel',
  rate: perConversation,
  prepare({ actor }, input) {
    const { level, userId } = input;
    if (level !== 'default' && level !== 'muted')
      throw invalidParameter('notification_level must be default or muted.');
    if (actor.kind === 'user' && actor.user.id !== userId) throw refusals.notAllowed();
    return { ...input, level };
  },
  affinity: ({ conversation }) => conversation.id,
  async transact({ actor, db, changes, now }, { service, conversation, userId, level }) {
    await lockConversation(db, actor, conversation);
    if (actor.kind === 'user') {
      await requireConversationPermission(db, actor, conversation.id, 'editNotificationLevel');
    }
    const before = await findParticipantOfUser(db, userId, conversation.id);
    if (before === undefined) throw refusals.notParticipant();
    const event = await claimMembershipEvent(db, userId);
    const updated = await db
      .updateTable('participants')
      .set({ notification_level: level, membership_event: event })
      .where('id', '=', before.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    const row: MembershipRow = {
      ...before,
      ...updated,
      user_id: userId,
      identity: before.identity,
      conversation_sid: conversation.sid,
    };
    const user = { sid: row.user_sid, service_sid: service.sid };
    changes.push({ object: 'memberships', action: 'updated', event, at: now, user, row });
    await appendEvent(db, {
      service_id: service.id,
      kind: 'participant.notification_level',
      subject_sid: row.sid,
      actor: nameOf(actor),
      payload: JSON.stringify({ sid: row.sid, conversation_sid: conversation.sid, notification_level: level }),
      created_at: now,
    });
    return row;
  },
};
