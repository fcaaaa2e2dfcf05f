import { appendEvent, type Change, type ConversationRow } from '../../store/seam.ts';
import { nameOf, type ServiceRef } from '../actor.ts';
import type { Command, TransactContext } from '../command.ts';
import { notFound } from '../errors.ts';
import { endMemberships } from '../participant/end-memberships.ts';
import { perService } from '../rates.ts';
import { requireConversationPermission } from '../role/require-permission.ts';
import { lockUnlessDeleted } from './lock-state.ts';
import { conversationFacts, conversationRef } from './queries.ts';
import { releaseAddresses } from './release-addresses.ts';

export interface DeleteConversationInput {
  service: ServiceRef;
  conversation: ConversationRow;
}

/**
 * Deletes a conversation in whatever state: nobody finds it any more, its unique name is free, and its participants have lost it; messages
 * and the rest go in the background (`purgeDeletedConversations`). SDK users need `deleteConversation`.
 */
export const deleteConversation: Command<DeleteConversationInput, DeleteConversationInput, void> = {
  name: 'deleteConversation',
  evenOnFullDisk: true,
  rate: perService,
  prepare: (_context, input) => input,
  affinity: ({ conversation }) => conversation.id,
  preAction: {
    event: 'onConversationRemove',
    service: ({ service }) => service,
    conversation: ({ conversation }) => conversation.sid,
    tell: (_context, { conversation }) => conversationFacts(conversation),
  },
  async transact(context, { service, conversation }) {
    const { actor, db, changes, now } = context;
    const before = await lockUnlessDeleted(db, conversation.id);
    if (actor.kind === 'user') {
      await requireConversationPermission(db, actor, conversation.id, 'deleteConversation');
    }
    if (before === undefined) throw notFound(`Conversations/${conversation.sid}`);
    const row = await markDeleted(context, before);
    // The users' own maps first: what they have lost must not be told to them (invariant 7).
    changes.push(...(await endMemberships(context, service, conversation)));
    const removed: Change = {
      object: 'channel',
      action: 'removed',
      event: row.channel_event,
      at: now,
      conversation: conversationRef(service, row),
      roster_event: row.roster_event,
    };
    changes.push(removed);
    await releaseAddresses(db, row.id);
    await appendEvent(db, {
      service_id: service.id,
      kind: 'conversation.removed',
      subject_sid: row.sid,
      actor: nameOf(actor),
      payload: JSON.stringify({ ...conversationFacts(before), removed_at: now }),
      created_at: now,
    });
  },
};

function markDeleted({ db, now }: TransactContext, { id }: ConversationRow): Promise<ConversationRow> {
  return db
    .updateTable('conversations')
    .set((eb) => ({
      deleted_at: now,
      unique_name: null,
      inactive_at: null,
      closed_at: null,
      participants_count: 0,
      channel_event: eb('channel_event', '+', 1),
    }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}
