import { newSid } from '../../sid.ts';
import {
  appendEvent,
  type ConversationRow,
  type ParticipantRow,
  type UserRow,
  type WriteDb,
} from '../../store/seam.ts';
import type { ServiceRef } from '../actor.ts';
import type { TransactContext } from '../command.ts';
import { isCreator } from '../conversation/access.ts';
import { conversationRef } from '../conversation/queries.ts';
import { DomainError, refusals } from '../errors.ts';
import { requireRole } from '../role/find-role.ts';
import { requireLiveService } from '../service/require-live-service.ts';
import { ensureUser } from '../user/ensure-user.ts';
import { type Binding, isInGroup, type ParticipantKind } from './binding.ts';
import { claimMembershipEvent } from './claim-membership-event.ts';
import { participantFacts } from './facts.ts';
import { keepGroupSet } from './group-set.ts';
import { claimNumberPair } from './number-pair.ts';

/** Who is to come into a conversation, checked. */
export interface NewParticipant {
  kind: ParticipantKind;
  binding: Binding & Pick<ParticipantRow, 'binding_name' | 'binding_level'>;
  attributes: string;
  /** The default of their kind when absent. */
  roleSid: string | undefined;
  createdAt: number | undefined;
  updatedAt: number | undefined;
}

/**
 * Inserts a participant into a conversation whose row has counted them already, and tells it; of one who chats the user is made if there is
 * none. Whether somebody may do this is the caller's question. Refuses with 50433 who is in already (50437 in a Group MMS), 50417 and 50422
 * over the limits of participants, 50208 over the user's limit of conversations, 50416 a number pair that is taken.
 */
export async function insertParticipant(
  context: Pick<TransactContext, 'db' | 'changes' | 'limits' | 'now'>,
  { service, conversation, actor }: { service: ServiceRef; conversation: ConversationRow; actor: string },
  who: NewParticipant,
): Promise<ParticipantRow> {
  const { kind, binding, attributes, createdAt, updatedAt } = who;
  const { db, changes, limits, now } = context;
  const { identity } = binding;
  const user = identity === null ? undefined : await ensureUser(db, { service, identity, actor, now });
  const membershipEvent = user === undefined ? 0 : await claimMembershipEvent(db, user.id);
  const role = await roleFor(db, service, conversation, who);
  const inserted = await db
    .insertInto('participants')
    .values({
      sid: newSid('MB', now),
      conversation_id: conversation.id,
      user_id: user?.id ?? null,
      role_id: role,
      ...binding,
      attributes,
      last_read_message_index: null,
      last_read_at: null,
      notification_level: 'default',
      roster_created_event: conversation.roster_event,
      roster_event: conversation.roster_event,
      membership_created_event: membershipEvent,
      membership_event: membershipEvent,
      created_at: createdAt ?? now,
      updated_at: updatedAt ?? createdAt ?? now,
    })
    .onConflict((conflict) => conflict.columns(['conversation_id', 'identity']).doNothing())
    .returningAll()
    .executeTakeFirst();
  if (inserted === undefined) {
    throw isInGroup(kind) ? refusals.groupParticipantExists() : refusals.participantExists();
  }
  if (user !== undefined) await requireRoomFor(db, user, limits.conversationsPerUser);
  await requireRoomIn(context, conversation, kind);
  await claimNumberPair(db, service, conversation.id, binding);
  if (isInGroup(kind)) await keepGroupSet(db, limits, service, conversation.id);

  const row: ParticipantRow = { ...inserted, role_sid: await sidOfRole(db, role), user_sid: user?.sid ?? null };
  const ref = conversationRef(service, conversation);
  changes.push({ object: 'roster', action: 'added', event: row.roster_event, at: now, conversation: ref, row });
  if (user !== undefined && identity !== null) {
    changes.push({
      object: 'memberships',
      action: 'added',
      event: membershipEvent,
      at: now,
      user: { sid: user.sid, service_sid: service.sid },
      row: { ...row, user_id: user.id, user_sid: user.sid, identity, conversation_sid: conversation.sid },
    });
  }
  await appendEvent(db, {
    service_id: service.id,
    kind: 'participant.added',
    subject_sid: row.sid,
    actor,
    payload: JSON.stringify(participantFacts(row, conversation)),
    created_at: now,
  });
  return row;
}

/**
 * 1,000 open conversations for each identity; closed ones do not count (lifecycle 1 and 11). Counted with the new one, and when the user's
 * row is locked: nobody adds them elsewhere in the meantime.
 */
export async function requireRoomFor(db: WriteDb, user: Pick<UserRow, 'id'>, limit: number): Promise<void> {
  const { count } = await db
    .selectFrom('participants')
    .innerJoin('conversations', 'conversations.id', 'participants.conversation_id')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('participants.user_id', '=', user.id)
    .where('conversations.state', '!=', 'closed')
    .executeTakeFirstOrThrow();
  if (Number(count) > limit) throw new DomainError(50208, 403, 'User channel limit exceeded');
}

/** Counted with the new one. */
async function requireRoomIn(
  { db, limits }: Pick<TransactContext, 'db' | 'limits'>,
  conversation: ConversationRow,
  kind: ParticipantKind,
): Promise<void> {
  const most = limits.participantsPerConversation;
  if (conversation.participants_count > most) {
    throw new DomainError(50417, 403, `The conversation has ${most} participants, which is its limit.`);
  }
  if (kind === 'chat' || kind === 'group chat') return;
  const { count } = await db
    .selectFrom('participants')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('conversation_id', '=', conversation.id)
    .where('identity', 'is', null)
    .executeTakeFirstOrThrow();
  const mostOutside = limits.nonChatParticipantsPerConversation;
  if (Number(count) > mostOutside) {
    throw new DomainError(50422, 403, `The conversation has ${mostOutside} non-chat participants, which is its limit.`);
  }
}

/**
 * The creator gets the creator's role when they join, everyone else the default one, unless another is given; who has nothing but a number
 * in a Group MMS has none (lifecycle 5).
 */
async function roleFor(
  db: WriteDb,
  service: ServiceRef,
  conversation: ConversationRow,
  { kind, binding: { identity }, roleSid }: NewParticipant,
): Promise<number | null> {
  if (kind === 'group phone' || kind === 'group gateway') return null;
  if (roleSid !== undefined) return (await requireRole(db, service.id, roleSid, 'conversation')).id;
  const { creatorRoleId, conversationRoleId } = await requireLiveService(db, service);
  return identity !== null && isCreator(conversation, identity) ? creatorRoleId : conversationRoleId;
}

async function sidOfRole(db: WriteDb, id: number | null): Promise<string | null> {
  if (id === null) return null;
  return (await db.selectFrom('roles').select('sid').where('id', '=', id).executeTakeFirstOrThrow()).sid;
}
