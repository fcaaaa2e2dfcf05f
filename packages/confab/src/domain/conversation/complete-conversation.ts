import type { ConversationRow, ReadDb } from '../../store/seam.ts';
import { nameOf, type ServiceRef } from '../actor.ts';
import type { Command, TransactContext } from '../command.ts';
import { insertParticipant, type NewParticipant } from '../participant/insert-participant.ts';
import { type ParticipantInput, readParticipant } from '../participant/participant-input.ts';
import { findServiceById, serviceRef } from '../service/queries.ts';
import { lockInState } from './lock-state.ts';
import { setState } from './set-state.ts';
import { dueTimes } from './timers.ts';

/** Conversations whose participants are still to be added, the oldest first. Those of a deleted service go with it. */
export function initializingConversations(db: ReadDb, limit: number): Promise<{ id: number; sid: string }[]> {
  return db
    .selectFrom('conversations')
    .innerJoin('services', 'services.id', 'conversations.service_id')
    .select(['conversations.id', 'conversations.sid'])
    .where('conversations.state', '=', 'initializing')
    .where('conversations.deleted_at', 'is', null)
    .where('services.deleted_at', 'is', null)
    .orderBy('conversations.id')
    .limit(limit)
    .execute();
}

interface Plan {
  id: number;
  service: ServiceRef | undefined;
  participants: readonly NewParticipant[];
  /** Whether the request that made the conversation asked for webhooks. */
  webhooks: boolean;
}

/**
 * Adds the participants that a conversation was made with, all of them or none, and makes it active. Of several nodes that do so the first
 * one counts: to the others there is nothing left to do. Refuses with what is wrong about a participant by now.
 */
export const completeConversation: Command<{ id: number }, Plan, void> = {
  name: 'completeConversation',
  async prepare(context, { id }) {
    const { read } = context;
    const conversation = await read
      .selectFrom('conversations')
      .select('service_id')
      .where('id', '=', id)
      .executeTakeFirst();
    const row = conversation && (await findServiceById(read, conversation.service_id));
    if (row === undefined) return { id, service: undefined, participants: [], webhooks: false };
    const service = serviceRef(row);
    const joining = await read
      .selectFrom('joining_participants')
      .select(['participant', 'webhooks'])
      .where('conversation_id', '=', id)
      .orderBy('id')
      .execute();
    const participants = joining.map(({ participant }) => readParticipant(context, storedInput(participant)));
    return { id, service, participants, webhooks: joining.some(({ webhooks }) => webhooks === 1) };
  },
  affinity: ({ id }) => id,
  origin: ({ webhooks }) => ({ source: 'API', webhooks }),
  async transact(context, { id, service, participants }) {
    const locked = await lockInState(context.db, id, ['initializing']);
    // Deleted with its service, or somebody else was faster.
    if (locked === undefined || service === undefined) return;
    let row = locked;
    for (const participant of participants) {
      row = await countParticipant(context, row);
      await insertParticipant(context, { service, conversation: row, actor: nameOf(context.actor) }, participant);
    }
    await context.db.deleteFrom('joining_participants').where('conversation_id', '=', id).execute();
    const due = dueTimes(row, 'active', context.now);
    await setState(context, row, { state: 'active', due, reason: 'EVENT' });
  },
};

/** Closes a conversation whose participants cannot be added (lifecycle 5). */
export const abandonConversation: Command<{ id: number }, { id: number; webhooks: boolean }, void> = {
  name: 'abandonConversation',
  async prepare({ read }, { id }) {
    const asked = await read
      .selectFrom('joining_participants')
      .select('id')
      .where('conversation_id', '=', id)
      .where('webhooks', '=', 1)
      .limit(1)
      .executeTakeFirst();
    return { id, webhooks: asked !== undefined };
  },
  affinity: ({ id }) => id,
  origin: ({ webhooks }) => ({ source: 'API', webhooks }),
  async transact(context, { id }) {
    const row = await lockInState(context.db, id, ['initializing']);
    if (row === undefined) return;
    await context.db.deleteFrom('joining_participants').where('conversation_id', '=', id).execute();
    await setState(context, row, { state: 'closed', due: { inactive_at: null, closed_at: null }, reason: 'EVENT' });
  },
};

function countParticipant({ db }: TransactContext, { id }: ConversationRow): Promise<ConversationRow> {
  return db
    .updateTable('conversations')
    .set((eb) => ({
      roster_event: eb('roster_event', '+', 1),
      participants_count: eb('participants_count', '+', 1),
    }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** What `createConversationWithParticipants` has checked and stored. */
function storedInput(json: string): ParticipantInput {
  return JSON.parse(json);
}
