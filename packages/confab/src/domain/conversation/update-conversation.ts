import { appendEvent, type ConversationRow, isUniqueViolation, type WriteDb } from '../../store/seam.ts';
import { nameOf, type ServiceRef } from '../actor.ts';
import type { Command, TransactContext } from '../command.ts';
import { refusals } from '../errors.ts';
import { perConversation } from '../rates.ts';
import { requireConversationPermission } from '../role/require-permission.ts';
import { claimEvent, lockConversation } from './claim-event.ts';
import { type ConversationFields, type ConversationInput, readConversationFields, requireMayGive } from './fields.ts';
import { conversationFacts, conversationRef } from './queries.ts';
import { releaseAddresses } from './release-addresses.ts';
import { logState, type RequestableState } from './states.ts';
import { dueTimes } from './timers.ts';

export interface UpdateConversationInput extends ConversationInput {
  service: ServiceRef;
  conversation: ConversationRow;
  /** What was asked for before a webhook altered it: rights are needed for that only. */
  asked?: ConversationInput | undefined;
}

interface Plan extends ConversationFields {
  service: ServiceRef;
  conversation: ConversationRow;
  asked: ConversationFields;
}

/**
 * Changes a conversation. SDK users need `editConversationName` and `editConversationAttributes`, and change nothing else. A new state
 * restarts the timers, as does a timer that is set; `closed` is final (lifecycle 1). 50353 when the unique name is taken.
 */
export const updateConversation: Command<UpdateConversationInput, Plan, ConversationRow> = {
  name: 'updateConversation',
  rate: perConversation,
  prepare: ({ limits }, { service, conversation, asked, ...input }) => ({
    service,
    conversation,
    ...readConversationFields(limits, input),
    asked: readConversationFields(limits, asked ?? input),
  }),
  affinity: ({ conversation }) => conversation.id,
  preAction: {
    event: 'onConversationUpdate',
    service: ({ service }) => service,
    conversation: ({ conversation }) => conversation.sid,
    tell: (_context, { conversation, columns, state }) =>
      conversationFacts({ ...conversation, ...columns, state: state ?? conversation.state }),
    alter: (input, { friendlyName }) => ({
      ...input,
      friendlyName: friendlyName ?? input.friendlyName,
      asked: input.asked ?? input,
    }),
  },
  async transact(context, { service, conversation, columns, state: wanted, asked }) {
    const { actor, db, changes, now } = context;
    const locked = await lockConversation(db, actor, conversation);
    await requireMayChange(context, conversation, asked);
    const claimed = await claimEvent(db, locked, 'channel_event');
    const row = await setFields(db, claimed, columns, wanted, now);
    const { channel_event: event, roster_event } = row;
    changes.push({
      object: 'channel',
      action: 'updated',
      event,
      at: now,
      conversation: conversationRef(service, row),
      roster_event,
      row,
    });
    await appendEvent(db, {
      service_id: service.id,
      kind: 'conversation.updated',
      subject_sid: row.sid,
      actor: nameOf(actor),
      payload: JSON.stringify(conversationFacts(row)),
      created_at: now,
    });
    if (row.state !== claimed.state) {
      await logState(db, row, { from: claimed.state, reason: 'API', actor: nameOf(actor), now });
      if (row.state === 'closed') await releaseAddresses(db, row.id);
    }
    return row;
  },
};

async function requireMayChange(
  { actor, db }: TransactContext,
  conversation: ConversationRow,
  fields: ConversationFields,
): Promise<void> {
  if (actor.kind !== 'user') return;
  requireMayGive(actor, fields);
  const { friendly_name, unique_name, attributes } = fields.columns;
  // Who changes nothing gets the conversation all the same: the right is needed for that, too.
  if (friendly_name !== undefined || unique_name !== undefined || attributes === undefined) {
    await requireConversationPermission(db, actor, conversation.id, 'editConversationName');
  }
  if (attributes !== undefined) {
    await requireConversationPermission(db, actor, conversation.id, 'editConversationAttributes');
  }
}

async function setFields(
  db: WriteDb,
  before: ConversationRow,
  columns: ConversationFields['columns'],
  wanted: RequestableState | undefined,
  now: number,
): Promise<ConversationRow> {
  const state = wanted ?? before.state;
  const changed = state !== before.state;
  const due = dueTimes({ ...before, ...columns }, state, now);
  try {
    return await db
      .updateTable('conversations')
      .set({
        updated_at: now,
        ...columns,
        state,
        ...(changed && { state_updated_at: now }),
        ...((changed || columns.inactive_after !== undefined) && { inactive_at: due.inactive_at }),
        ...((changed || columns.closed_after !== undefined) && { closed_at: due.closed_at }),
      })
      .where('id', '=', before.id)
      .returningAll()
      .executeTakeFirstOrThrow();
  } catch (error) {
    if (isUniqueViolation(error)) throw refusals.uniqueNameTaken();
    throw error;
  }
}
