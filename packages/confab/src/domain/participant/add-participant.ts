import type { JoinPolicy } from '../../config/index.ts';
import { newSid } from '../../sid.ts';
import {
  appendEvent,
  type ConversationRow,
  type ParticipantRow,
  type UserRow,
  type WriteDb,
} from '../../store/seam.ts';
import { type Actor, nameOf, type ServiceRef, SYSTEM } from '../actor.ts';
import type { Command, TransactContext } from '../command.ts';
import { isCreator, mayJoin } from '../conversation/access.ts';
import { lockConversation, whyConversationRefused } from '../conversation/claim-event.ts';
import { conversationRef } from '../conversation/queries.ts';
import { DomainError, refusals } from '../errors.ts';
import { requireRole } from '../role/find-role.ts';
import { requireConversationPermission } from '../role/require-permission.ts';
import { requireLiveService } from '../service/require-live-service.ts';
import { checkAttributes, checkIdentity } from '../text.ts';
import { ensureUser } from '../user/ensure-user.ts';
import { claimMembershipEvent } from './claim-membership-event.ts';
import { findParticipantLeftBehind } from './queries.ts';
import { removeMembership } from './remove-membership.ts';

export interface AddParticipantInput {
  service: ServiceRef;
  conversation: ConversationRow;
  identity: string;
  attributes?: string | undefined;
  /** A conversation role of the service; for account credentials only. */
  roleSid?: string | undefined;
  joinPolicy: JoinPolicy;
}

interface Plan extends AddParticipantInput {
  attributes: string;
}

/**
 * Adds a chat participant, whose user is made if there is none. An SDK user who adds their own identity joins, by the join policy;
 * adding others needs `addParticipant`. Refuses with 50433 who is in already, 50417 over the limit of participants, 50208 over the
 * user's limit of conversations, 50377 in a closed conversation.
 */
export const addParticipant: Command<AddParticipantInput, Plan, ParticipantRow> = {
  name: 'addParticipant',
  prepare({ actor, limits }, input) {
    checkIdentity(input.identity, limits.identityCharacters);
    const attributes = checkAttributes(input.attributes, limits.participantAttributesBytes);
    return { ...input, attributes, roleSid: actor.kind === 'user' ? undefined : input.roleSid };
  },
  affinity: ({ conversation }) => conversation.id,
  async transact(context, { service, conversation, identity, attributes, roleSid, joinPolicy }) {
    const { actor, db, changes, limits, now } = context;
    await clearTheWay(context, { service, conversation, identity });
    const bumped = await db
      .updateTable('conversations')
      .set((eb) => ({
        roster_event: eb('roster_event', '+', 1),
        participants_count: eb('participants_count', '+', 1),
      }))
      .where('id', '=', conversation.id)
      .where('state', '!=', 'closed')
      .returningAll()
      .executeTakeFirst();
    if (bumped === undefined) throw await whyConversationRefused(db, actor, conversation);
    // After the lock: rights that were lost before are seen.
    await requireMayAdd(db, actor, conversation, identity, joinPolicy);

    const user = await ensureUser(db, { service, identity, actor: nameOf(actor), now });
    const membershipEvent = await claimMembershipEvent(db, user.id);

    const role = await roleFor(db, { service, conversation, identity, roleSid });
    const inserted = await db
      .insertInto('participants')
      .values({
        sid: newSid('MB', now),
        conversation_id: conversation.id,
        user_id: user.id,
        identity,
        role_id: role,
        attributes,
        last_read_message_index: null,
        last_read_at: null,
        notification_level: 'default',
        roster_created_event: bumped.roster_event,
        roster_event: bumped.roster_event,
        membership_created_event: membershipEvent,
        membership_event: membershipEvent,
        created_at: now,
        updated_at: now,
      })
      .onConflict((conflict) => conflict.columns(['conversation_id', 'identity']).doNothing())
      .returningAll()
      .executeTakeFirst();
    if (inserted === undefined) throw refusals.participantExists();
    await requireRoomFor(db, user, limits.conversationsPerUser);
    if (bumped.participants_count > limits.participantsPerConversation) {
      throw new DomainError(
        50417,
        403,
        `The conversation has ${limits.participantsPerConversation} participants, which is its limit.`,
      );
    }
    const { sid: role_sid } = await db
      .selectFrom('roles')
      .select('sid')
      .where('id', '=', role)
      .executeTakeFirstOrThrow();
    const row: ParticipantRow = { ...inserted, role_sid, user_sid: user.sid };

    const ref = conversationRef(service, bumped);
    changes.push(
      { object: 'roster', action: 'added', event: bumped.roster_event, at: now, conversation: ref, row },
      {
        object: 'memberships',
        action: 'added',
        event: membershipEvent,
        at: now,
        user: { sid: user.sid, service_sid: service.sid },
        row: { ...row, conversation_sid: conversation.sid },
      },
    );
    await appendEvent(db, {
      service_id: service.id,
      kind: 'participant.added',
      subject_sid: row.sid,
      actor: nameOf(actor),
      payload: JSON.stringify({
        sid: row.sid,
        conversation_sid: conversation.sid,
        identity,
        role_sid,
        attributes,
        created_at: now,
      }),
      created_at: now,
    });
    return row;
  },
};

/** A deleted user of the same identity may still have a participant here, which is to be removed anyway (`deleteUser`): it goes now. */
async function clearTheWay(
  context: TransactContext,
  { service, conversation, identity }: Pick<AddParticipantInput, 'service' | 'conversation' | 'identity'>,
): Promise<void> {
  const { actor, db } = context;
  if ((await findParticipantLeftBehind(db, conversation.id, identity)) === undefined) return;
  await lockConversation(db, actor, conversation);
  const participant = await findParticipantLeftBehind(db, conversation.id, identity);
  if (participant !== undefined) await removeMembership(context, { service, conversation, participant, actor: SYSTEM });
}

async function requireMayAdd(
  db: WriteDb,
  actor: Actor,
  conversation: ConversationRow,
  identity: string,
  joinPolicy: JoinPolicy,
): Promise<void> {
  if (actor.kind === 'account') return;
  if (identity === actor.user.identity && (await mayJoin(db, actor, conversation, joinPolicy))) return;
  await requireConversationPermission(db, actor, conversation.id, 'addParticipant');
}

/**
 * 1,000 open conversations for each identity; closed ones do not count (lifecycle 1 and 11). Counted with the new one, and when the user's
 * row is locked: nobody adds them elsewhere in the meantime.
 */
async function requireRoomFor(db: WriteDb, user: UserRow, limit: number): Promise<void> {
  const { count } = await db
    .selectFrom('participants')
    .innerJoin('conversations', 'conversations.id', 'participants.conversation_id')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('participants.user_id', '=', user.id)
    .where('conversations.state', '!=', 'closed')
    .executeTakeFirstOrThrow();
  if (Number(count) > limit) throw new DomainError(50208, 403, 'User channel limit exceeded');
}

/** The creator gets the creator's role when they join, everyone else the default one, unless another is given (lifecycle 5). */
async function roleFor(
  db: WriteDb,
  { service, conversation, identity, roleSid }: Omit<AddParticipantInput, 'joinPolicy'>,
): Promise<number> {
  if (roleSid !== undefined) return (await requireRole(db, service.id, roleSid, 'conversation')).id;
  const { creatorRoleId, conversationRoleId } = await requireLiveService(db, service);
  return isCreator(conversation, identity) ? creatorRoleId : conversationRoleId;
}
