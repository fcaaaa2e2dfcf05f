import { appendEvent, type ConversationRow, type ParticipantRow, type WriteDb } from '../../store/seam.ts';
import { type Actor, nameOf, type ServiceRef } from '../actor.ts';
import type { Command } from '../command.ts';
import { claimEvent, lockConversation } from '../conversation/claim-event.ts';
import { conversationRef } from '../conversation/queries.ts';
import { DomainError, refusals } from '../errors.ts';
import { requireRole } from '../role/find-role.ts';
import { requireConversationPermission } from '../role/require-permission.ts';
import { checkAttributes } from '../text.ts';
import { findParticipant } from './queries.ts';

export interface UpdateParticipantInput {
  service: ServiceRef;
  conversation: ConversationRow;
  sidOrIdentity: string;
  /** Absent: stays as it is. */
  attributes?: string | undefined;
  /** A conversation role; for account credentials only. */
  roleSid?: string | undefined;
}

/**
 * Changes a participant's attributes or role. SDK users need `editOwnParticipantAttributes` for themselves and
 * `editAnyParticipantAttributes` for others. A new role counts at once: permissions are looked up at each command.
 */
export const updateParticipant: Command<UpdateParticipantInput, UpdateParticipantInput, ParticipantRow> = {
  name: 'updateParticipant',
  prepare({ actor, limits }, input) {
    const { attributes, roleSid } = input;
    if (roleSid !== undefined && actor.kind === 'user') throw refusals.notAllowed();
    return {
      ...input,
      attributes: attributes === undefined ? undefined : checkAttributes(attributes, limits.participantAttributesBytes),
    };
  },
  affinity: ({ conversation }) => conversation.id,
  async transact({ actor, db, changes, now }, { service, conversation, sidOrIdentity, attributes, roleSid }) {
    const locked = await lockConversation(db, actor, conversation);
    const before = await findParticipant(db, conversation.id, sidOrIdentity);
    await requireMayEdit(db, actor, conversation, before);
    if (before === undefined) throw new DomainError(50432, 404, `Participant ${sidOrIdentity} not found`);
    const role = roleSid === undefined ? undefined : await requireRole(db, service.id, roleSid, 'conversation');
    const { roster_event: event } = await claimEvent(db, locked, 'roster_event');
    await db
      .updateTable('participants')
      .set({
        ...(attributes !== undefined && { attributes }),
        ...(role !== undefined && { role_id: role.id }),
        roster_event: event,
        updated_at: now,
      })
      .where('id', '=', before.id)
      .execute();
    const row = await findParticipant(db, conversation.id, before.sid);
    if (row === undefined) throw new DomainError(50432, 404, `Participant ${sidOrIdentity} not found`);
    const ref = conversationRef(service, conversation);
    changes.push({ object: 'roster', action: 'updated', event, at: now, conversation: ref, row });
    await appendEvent(db, {
      service_id: service.id,
      kind: 'participant.updated',
      subject_sid: row.sid,
      actor: nameOf(actor),
      payload: JSON.stringify({
        sid: row.sid,
        conversation_sid: conversation.sid,
        identity: row.identity,
        role_sid: row.role_sid,
        attributes: row.attributes,
        updated_at: now,
      }),
      created_at: now,
    });
    return row;
  },
};

async function requireMayEdit(
  db: WriteDb,
  actor: Actor,
  conversation: ConversationRow,
  participant: ParticipantRow | undefined,
): Promise<void> {
  if (actor.kind === 'account') return;
  const own = participant?.user_id === actor.user.id;
  const permission = own ? 'editOwnParticipantAttributes' : 'editAnyParticipantAttributes';
  await requireConversationPermission(db, actor, conversation.id, permission);
}
