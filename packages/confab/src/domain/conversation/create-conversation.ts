import { newSid } from '../../sid.ts';
import { appendEvent, type ConversationRow, type ConversationState } from '../../store/seam.ts';
import { nameOf, type ServiceRef } from '../actor.ts';
import type { Command, TransactContext } from '../command.ts';
import { refusals } from '../errors.ts';
import { perService } from '../rates.ts';
import { requireServicePermission } from '../role/require-permission.ts';
import { requireLiveService } from '../service/require-live-service.ts';
import { accountDefaults } from './account-defaults.ts';
import {
  type ConversationFields,
  type ConversationInput,
  readConversationFields,
  requireMayGive,
  requireStateForTimers,
} from './fields.ts';
import { conversationFacts } from './queries.ts';
import { dueTimes } from './timers.ts';

export interface CreateConversationInput extends ConversationInput {
  service: ServiceRef;
}

interface Plan extends ConversationFields {
  service: ServiceRef;
}

/**
 * Makes a conversation with its three Sync objects, and no participants: the creator joins in a second step (lifecycle 5). Needs
 * `createConversation` of SDK users, who give names and attributes only. 50353 when the unique name is taken, 50382 for timers without a state.
 */
export const createConversation: Command<CreateConversationInput, Plan, ConversationRow> = {
  name: 'createConversation',
  rate: perService,
  prepare({ actor, limits }, { service, ...input }) {
    const fields = readConversationFields(limits, input);
    requireMayGive(actor, fields);
    requireStateForTimers(fields);
    return { service, ...fields };
  },
  preAction: {
    event: 'onConversationAdd',
    service: ({ service }) => service,
    tell: (_context, { columns, state }) => ({ attributes: '{}', ...columns, state: state ?? 'active' }),
    alter: (input, { friendlyName }) => ({ ...input, friendlyName: friendlyName ?? input.friendlyName }),
  },
  transact: (context, { service, columns, state }) => insertConversation(context, service, columns, state ?? 'active'),
};

/** Inserts a conversation in that state. */
export async function insertConversation(
  { actor, db, now }: Pick<TransactContext, 'actor' | 'db' | 'now'>,
  service: ServiceRef,
  columns: ConversationFields['columns'],
  state: ConversationState,
): Promise<ConversationRow> {
  await requireLiveService(db, service);
  if (actor.kind === 'user') await requireServicePermission(db, actor, 'createConversation');
  const given = { ...(await accountDefaults(db, service)), ...columns };
  const row = await db
    .insertInto('conversations')
    .values({
      sid: newSid('CH', now),
      service_id: service.id,
      unique_name: null,
      friendly_name: null,
      attributes: '{}',
      state,
      state_updated_at: null,
      created_by: nameOf(actor),
      email_address: null,
      email_name: null,
      next_message_index: 0,
      last_message_index: null,
      last_message_at: null,
      active_at: columns.created_at ?? now,
      messages_count: 0,
      participants_count: 0,
      channel_event: 0,
      messages_event: 0,
      roster_event: 0,
      created_at: now,
      updated_at: columns.created_at ?? now,
      ...given,
      ...dueTimes(given, state, now),
    })
    .onConflict((conflict) => conflict.columns(['service_id', 'unique_name']).doNothing())
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) throw refusals.uniqueNameTaken();
  await appendEvent(db, {
    service_id: service.id,
    kind: 'conversation.added',
    subject_sid: row.sid,
    actor: nameOf(actor),
    payload: JSON.stringify({ ...conversationFacts(row), created_by: row.created_by }),
    created_at: now,
  });
  return row;
}
