import { appendEvent, type ConversationRow } from '../../store/seam.ts';
import { nameOf, type ServiceRef } from '../actor.ts';
import type { Command } from '../command.ts';
import { lockConversation } from '../conversation/claim-event.ts';
import { notFound } from '../errors.ts';
import { perConversation } from '../rates.ts';
import { requireConversationPermission } from '../role/require-permission.ts';
import { messageFacts } from './facts.ts';
import { findMessage, isAuthor } from './queries.ts';
import { takeMessage } from './take-message.ts';

export interface RemoveMessageInput {
  service: ServiceRef;
  conversation: ConversationRow;
  messageSid: string;
}

/**
 * Removes a message; its files with it, and its index is never used again (lifecycle 2, 9). When it was the last one, `lastMessage` moves back to the one before it.
 * SDK users need `deleteOwnMessage` for what they wrote, `deleteAnyMessage` for the rest.
 */
export const removeMessage: Command<RemoveMessageInput, RemoveMessageInput, void> = {
  name: 'removeMessage',
  evenOnFullDisk: true,
  rate: perConversation,
  prepare: (_context, input) => input,
  affinity: ({ conversation }) => conversation.id,
  preAction: {
    event: 'onMessageRemove',
    service: ({ service }) => service,
    conversation: ({ conversation }) => conversation.sid,
    async tell({ read }, { conversation, messageSid }) {
      const row = await findMessage(read, conversation.id, messageSid);
      return row && messageFacts(row, conversation);
    },
  },
  async transact({ actor, db, changes, now }, { service, conversation, messageSid }) {
    const locked = await lockConversation(db, actor, conversation);
    const before = await findMessage(db, conversation.id, messageSid);
    if (actor.kind === 'user') {
      const own = before !== undefined && isAuthor(before, actor.user.identity);
      await requireConversationPermission(db, actor, conversation.id, own ? 'deleteOwnMessage' : 'deleteAnyMessage');
    }
    if (before === undefined) throw notFound(`Messages/${messageSid}`);
    await takeMessage({ db, changes, now }, service, locked, before);
    await appendEvent(db, {
      service_id: service.id,
      kind: 'message.removed',
      subject_sid: before.sid,
      actor: nameOf(actor),
      payload: JSON.stringify({ ...messageFacts(before, locked), removed_at: now }),
      created_at: now,
    });
  },
};
