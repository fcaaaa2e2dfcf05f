import type { ConversationRow } from '../../store/seam.ts';
import type { ServiceRef } from '../actor.ts';
import type { Command } from '../command.ts';
import { DomainError, notFound } from '../errors.ts';
import { type ParticipantInput, readParticipant } from '../participant/participant-input.ts';
import { perService } from '../rates.ts';
import { requireRole } from '../role/find-role.ts';
import { insertConversation } from './create-conversation.ts';
import {
  type ConversationFields,
  type ConversationInput,
  readConversationFields,
  requireStateForTimers,
} from './fields.ts';

export interface CreateWithParticipantsInput extends ConversationInput {
  service: ServiceRef;
  participants: readonly ParticipantInput[];
}

interface Plan extends ConversationFields {
  service: ServiceRef;
  participants: readonly ParticipantInput[];
}

/**
 * Makes a conversation whose participants are added right after it (`completeConversation`): everything is checked first, and until they
 * are in, it is `initializing` (lifecycle 5). Without participants it is a conversation like any other. For account credentials. 50426 for
 * too many participants.
 */
export const createConversationWithParticipants: Command<CreateWithParticipantsInput, Plan, ConversationRow> = {
  name: 'createConversationWithParticipants',
  rate: perService,
  async prepare(context, { service, participants, ...input }) {
    if (context.actor.kind !== 'account') throw notFound('ConversationWithParticipants');
    const fields = readConversationFields(context.limits, input);
    requireStateForTimers(fields);
    const most = context.limits.participantsPerCreation;
    if (participants.length > most) {
      throw new DomainError(50426, 400, `At most ${most} participants can be added in one request.`, 'Participant');
    }
    for (const participant of participants) readParticipant(context, participant);
    for (const { roleSid } of participants) {
      if (roleSid !== undefined) await requireRole(context.read, service.id, roleSid, 'conversation');
    }
    if (participants.length > 0 && fields.state !== undefined && fields.state !== 'active') {
      throw new DomainError(
        50378,
        400,
        'State must be active: participants are not added to other conversations.',
        'State',
      );
    }
    return { service, participants, ...fields };
  },
  preAction: {
    event: 'onConversationAdd',
    service: ({ service }) => service,
    tell: (_context, { participants, columns, state }) => ({
      attributes: '{}',
      ...columns,
      state: participants.length === 0 ? (state ?? 'active') : 'initializing',
    }),
    alter: (input, { friendlyName }) => ({ ...input, friendlyName: friendlyName ?? input.friendlyName }),
  },
  async transact(context, { service, participants, columns, state = 'active' }) {
    if (participants.length === 0) return insertConversation(context, service, columns, state);
    const row = await insertConversation(context, service, columns, 'initializing');
    // Those who are added later belong to the same request.
    const webhooks = context.origin.webhooks ? 1 : 0;
    for (const participant of participants) {
      await context.db
        .insertInto('joining_participants')
        .values({ conversation_id: row.id, participant: JSON.stringify(participant), webhooks })
        .execute();
    }
    return row;
  },
};
