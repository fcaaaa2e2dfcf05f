import type { JoinPolicy } from '../../config/index.ts';
import type { ConversationRow, ParticipantRow } from '../../store/seam.ts';
import { nameOf, type ServiceRef, SYSTEM } from '../actor.ts';
import type { Command, TransactContext } from '../command.ts';
import { mayJoin } from '../conversation/access.ts';
import { lockConversation, whyConversationRefused } from '../conversation/claim-event.ts';
import { perConversation } from '../rates.ts';
import { requireConversationPermission } from '../role/require-permission.ts';
import { insertParticipant, type NewParticipant } from './insert-participant.ts';
import { type ParticipantInput, readParticipant } from './participant-input.ts';
import { findParticipantLeftBehind } from './queries.ts';
import { removeMembership } from './remove-membership.ts';

export interface AddParticipantInput extends ParticipantInput {
  service: ServiceRef;
  conversation: ConversationRow;
  joinPolicy: JoinPolicy;
}

interface Plan extends Pick<AddParticipantInput, 'service' | 'conversation' | 'joinPolicy'> {
  who: NewParticipant;
}

/**
 * Adds a participant of whatever kind (lifecycle 5). An SDK user who adds their own identity joins, by the join policy; adding others needs
 * `addParticipant`, and by address `addNonChatParticipant`. 50377 in a closed conversation; for the others see `insertParticipant`.
 */
export const addParticipant: Command<AddParticipantInput, Plan, ParticipantRow> = {
  name: 'addParticipant',
  rate: perConversation,
  prepare(context, { service, conversation, joinPolicy, ...input }) {
    return { service, conversation, joinPolicy, who: readParticipant(context, input) };
  },
  affinity: ({ conversation }) => conversation.id,
  preAction: {
    event: 'onParticipantAdd',
    service: ({ service }) => service,
    conversation: ({ conversation }) => conversation.sid,
    tell: (_context, { conversation, who: { binding, attributes, roleSid } }) => ({
      conversation_sid: conversation.sid,
      ...binding,
      attributes,
      role_sid: roleSid,
    }),
  },
  async transact(context, { service, conversation, joinPolicy, who }) {
    const { actor, db } = context;
    await clearTheWay(context, { service, conversation, identity: who.binding.identity });
    const counted = await db
      .updateTable('conversations')
      .set((eb) => ({
        roster_event: eb('roster_event', '+', 1),
        participants_count: eb('participants_count', '+', 1),
      }))
      .where('id', '=', conversation.id)
      .where('state', 'in', ['active', 'inactive'])
      .where('deleted_at', 'is', null)
      .returningAll()
      .executeTakeFirst();
    if (counted === undefined) throw await whyConversationRefused(db, actor, conversation);
    // After the lock: rights that were lost before are seen.
    await requireMayAdd(context, conversation, who, joinPolicy);
    return insertParticipant(context, { service, conversation: counted, actor: nameOf(actor) }, who);
  },
};

/** A deleted user of the same identity may still have a participant here, which is to be removed anyway (`deleteUser`): it goes now. */
async function clearTheWay(
  context: TransactContext,
  { service, conversation, identity }: Pick<Plan, 'service' | 'conversation'> & { identity: string | null },
): Promise<void> {
  const { actor, db } = context;
  if (identity === null) return;
  if ((await findParticipantLeftBehind(db, conversation.id, identity)) === undefined) return;
  await lockConversation(db, actor, conversation);
  const participant = await findParticipantLeftBehind(db, conversation.id, identity);
  if (participant !== undefined) await removeMembership(context, { service, conversation, participant, actor: SYSTEM });
}

async function requireMayAdd(
  { actor, db }: TransactContext,
  conversation: ConversationRow,
  { kind, binding }: NewParticipant,
  joinPolicy: JoinPolicy,
): Promise<void> {
  if (actor.kind !== 'user') return;
  if (kind !== 'chat')
    return void (await requireConversationPermission(db, actor, conversation.id, 'addNonChatParticipant'));
  if (binding.identity === actor.user.identity && (await mayJoin(db, actor, conversation, joinPolicy))) return;
  await requireConversationPermission(db, actor, conversation.id, 'addParticipant');
}
