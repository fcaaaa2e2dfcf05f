import {
  appendEvent,
  type ConversationRow,
  isUniqueViolation,
  type ParticipantRow,
  type WriteDb,
} from '../../store/seam.ts';
import { type Actor, nameOf, type ServiceRef } from '../actor.ts';
import type { Command, TransactContext } from '../command.ts';
import { claimEvent, lockConversation } from '../conversation/claim-event.ts';
import { conversationRef } from '../conversation/queries.ts';
import { DomainError, refusals } from '../errors.ts';
import { perConversation } from '../rates.ts';
import { requireRole } from '../role/find-role.ts';
import { requireConversationPermission } from '../role/require-permission.ts';
import { requireLiveService } from '../service/require-live-service.ts';
import { checkAttributes } from '../text.ts';
import { ensureUser } from '../user/ensure-user.ts';
import { isInGroup, kindOf } from './binding.ts';
import { type BindingChange, changedBinding, isBindingChange } from './change-binding.ts';
import { claimMembershipEvent } from './claim-membership-event.ts';
import { participantFacts } from './facts.ts';
import { keepGroupSet } from './group-set.ts';
import { requireRoomFor } from './insert-participant.ts';
import { checkHorizon, type Horizon, moveHorizon } from './move-horizon.ts';
import { claimNumberPair, releaseNumberPair } from './number-pair.ts';
import { findParticipant } from './queries.ts';

export interface UpdateParticipantInput extends BindingChange {
  service: ServiceRef;
  conversation: ConversationRow;
  sidOrIdentity: string;
  /** Absent: stays as it is. All but `attributes` is for account credentials only. */
  attributes?: string | undefined;
  /** A conversation role. */
  roleSid?: string | undefined;
  horizon?: Horizon | undefined;
  /** In ms, for the import of history. */
  createdAt?: number | undefined;
  updatedAt?: number | undefined;
}

/**
 * Changes a participant, all that is asked for or nothing. SDK users need `editOwnParticipantAttributes` for themselves and
 * `editAnyParticipantAttributes` for others. A new role counts at once: permissions are looked up at each command. 50441 and 50444 for a
 * proxy address or identity that the participant cannot have, 50416 and 50438 for addresses that another conversation has,
 * 50208 over the limit of conversations of who gets an identity by it.
 */
export const updateParticipant: Command<UpdateParticipantInput, UpdateParticipantInput, ParticipantRow> = {
  name: 'updateParticipant',
  rate: perConversation,
  prepare({ actor, limits }, input) {
    const { attributes, roleSid, horizon, createdAt, updatedAt } = input;
    if (actor.kind === 'user') {
      const others = [roleSid, horizon, createdAt, updatedAt].some((value) => value !== undefined);
      if (others || isBindingChange(input)) throw refusals.notAllowed();
    }
    if (horizon !== undefined) checkHorizon(horizon);
    return {
      ...input,
      attributes: attributes === undefined ? undefined : checkAttributes(attributes, limits.participantAttributesBytes),
    };
  },
  affinity: ({ conversation }) => conversation.id,
  preAction: {
    event: 'onParticipantUpdate',
    service: ({ service }) => service,
    conversation: ({ conversation }) => conversation.sid,
    async tell({ read }, { conversation, sidOrIdentity, attributes, roleSid }) {
      const row = await findParticipant(read, conversation.id, sidOrIdentity);
      if (row === undefined) return undefined;
      const changed = { attributes: attributes ?? row.attributes, role_sid: roleSid ?? row.role_sid };
      return participantFacts({ ...row, ...changed }, conversation);
    },
  },
  async transact(context, input) {
    const { actor, db } = context;
    const { service, sidOrIdentity, horizon } = input;
    const conversation = await lockConversation(db, actor, input.conversation);
    const before = await findParticipant(db, conversation.id, sidOrIdentity);
    await requireMayEdit(db, actor, conversation, before);
    const notFound = new DomainError(50432, 404, `Participant ${sidOrIdentity} not found`);
    if (before === undefined) throw notFound;
    const { attributes, roleSid, createdAt, updatedAt } = input;
    const onlyHorizon =
      horizon !== undefined &&
      !isBindingChange(input) &&
      [attributes, roleSid, createdAt, updatedAt].every((value) => value === undefined);
    if (!onlyHorizon) await changeFields(context, conversation, before, input);
    const participant = await findParticipant(db, conversation.id, before.sid);
    if (participant === undefined) throw notFound;
    if (horizon === undefined) return participant;
    return moveHorizon(context, { service, conversation, participant }, horizon);
  },
};

async function changeFields(
  context: TransactContext,
  conversation: ConversationRow,
  before: ParticipantRow,
  input: UpdateParticipantInput,
): Promise<void> {
  const { actor, db, changes, now } = context;
  const { service, attributes, roleSid, createdAt, updatedAt } = input;
  const role = roleSid === undefined ? undefined : await requireRole(db, service.id, roleSid, 'conversation');
  const { roster_event: event } = await claimEvent(db, conversation, 'roster_event');
  await db
    .updateTable('participants')
    .set({
      ...(attributes !== undefined && { attributes }),
      ...(role !== undefined && { role_id: role.id }),
      ...(createdAt !== undefined && { created_at: createdAt }),
      roster_event: event,
      updated_at: updatedAt ?? now,
    })
    .where('id', '=', before.id)
    .execute();
  const joined = isBindingChange(input) && (await rebind(context, service, before, input));
  const row = await findParticipant(db, conversation.id, before.sid);
  if (row === undefined) throw new Error(`Participant ${before.sid} was removed under the lock.`);
  const ref = conversationRef(service, conversation);
  changes.push({ object: 'roster', action: 'updated', event, at: now, conversation: ref, row });
  const { user_id, user_sid, identity } = row;
  if (joined && user_id !== null && user_sid !== null && identity !== null) {
    changes.push({
      object: 'memberships',
      action: 'added',
      event: row.membership_event,
      at: now,
      user: { sid: user_sid, service_sid: service.sid },
      row: { ...row, user_id, user_sid, identity, conversation_sid: conversation.sid },
    });
  }
  await appendEvent(db, {
    service_id: service.id,
    kind: 'participant.updated',
    subject_sid: row.sid,
    actor: nameOf(actor),
    payload: JSON.stringify(participantFacts(row, conversation)),
    created_at: now,
  });
}

/** Gives the participant other addresses, or the identity that they had not. True when they are a user by it. */
async function rebind(
  { actor, db, limits, now }: TransactContext,
  service: ServiceRef,
  before: ParticipantRow,
  change: BindingChange,
): Promise<boolean> {
  const after = changedBinding(limits, before, change);
  const joins = before.identity === null && after.identity !== null;
  const { identity } = after;
  let user: { user_id: number; membership_created_event: number; membership_event: number } | undefined;
  if (joins && identity !== null) {
    const { id } = await ensureUser(db, { service, identity, actor: nameOf(actor), now });
    const event = await claimMembershipEvent(db, id);
    user = { user_id: id, membership_created_event: event, membership_event: event };
  }
  // Who chats has a role; who had none gets the default one.
  const { conversationRoleId } = await requireLiveService(db, service);
  const role = user === undefined ? {} : { role_id: before.role_id ?? conversationRoleId };
  try {
    await db
      .updateTable('participants')
      .set({ ...after, ...user, ...role })
      .where('id', '=', before.id)
      .execute();
  } catch (error) {
    if (isUniqueViolation(error)) throw refusals.groupParticipantExists();
    throw error;
  }
  if (user !== undefined) await requireRoomFor(db, { id: user.user_id }, limits.conversationsPerUser);
  if (before.address !== after.address || before.proxy_address !== after.proxy_address) {
    await releaseNumberPair(db, before.conversation_id, before);
    await claimNumberPair(db, service, before.conversation_id, after);
  }
  const kinds = [kindOf(before), kindOf(after)];
  if (kinds.some((kind) => kind !== undefined && isInGroup(kind))) {
    await keepGroupSet(db, limits, service, before.conversation_id);
  }
  return joins;
}

async function requireMayEdit(
  db: WriteDb,
  actor: Actor,
  conversation: ConversationRow,
  participant: ParticipantRow | undefined,
): Promise<void> {
  if (actor.kind !== 'user') return;
  const own = participant?.user_id === actor.user.id;
  const permission = own ? 'editOwnParticipantAttributes' : 'editAnyParticipantAttributes';
  await requireConversationPermission(db, actor, conversation.id, permission);
}
