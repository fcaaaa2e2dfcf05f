import { appendEvent, type ConversationRow, isUniqueViolation, type WriteDb } from '../../store/seam.ts';
import { nameOf, type ServiceRef } from '../actor.ts';
import type { Command } from '../command.ts';
import { refusals } from '../errors.ts';
import { requireConversationPermission } from '../role/require-permission.ts';
import { checkAttributes } from '../text.ts';
import { claimEvent, lockConversation } from './claim-event.ts';
import { checkConversationNames } from './names.ts';
import { conversationRef } from './queries.ts';

export interface UpdateConversationInput {
  service: ServiceRef;
  conversation: ConversationRow;
  /** Absent: stays as it is. Empty: cleared. */
  friendlyName?: string | undefined;
  uniqueName?: string | undefined;
  attributes?: string | undefined;
}

/**
 * Changes a conversation's names or attributes. SDK users need `editConversationName` and `editConversationAttributes`. 50353 when the
 * unique name is taken.
 */
export const updateConversation: Command<UpdateConversationInput, UpdateConversationInput, ConversationRow> = {
  name: 'updateConversation',
  prepare({ limits }, input) {
    checkConversationNames(limits, input);
    const { attributes } = input;
    return {
      ...input,
      attributes:
        attributes === undefined ? undefined : checkAttributes(attributes, limits.conversationAttributesBytes),
    };
  },
  affinity: ({ conversation }) => conversation.id,
  async transact({ actor, db, changes, now }, { service, conversation, friendlyName, uniqueName, attributes }) {
    const locked = await lockConversation(db, actor, conversation);
    if (actor.kind === 'user') {
      if (friendlyName !== undefined || uniqueName !== undefined) {
        await requireConversationPermission(db, actor, conversation.id, 'editConversationName');
      }
      if (attributes !== undefined) {
        await requireConversationPermission(db, actor, conversation.id, 'editConversationAttributes');
      }
    }
    const claimed = await claimEvent(db, locked, 'channel_event');
    const row = await setFields(db, conversation.id, {
      friendly_name: friendlyName === undefined ? claimed.friendly_name : friendlyName || null,
      unique_name: uniqueName === undefined ? claimed.unique_name : uniqueName || null,
      attributes: attributes ?? claimed.attributes,
      updated_at: now,
    });
    changes.push({
      object: 'channel',
      event: row.channel_event,
      at: now,
      conversation: conversationRef(service, row),
      roster_event: row.roster_event,
      row,
    });
    await appendEvent(db, {
      service_id: service.id,
      kind: 'conversation.updated',
      subject_sid: row.sid,
      actor: nameOf(actor),
      payload: JSON.stringify({
        sid: row.sid,
        friendly_name: row.friendly_name,
        unique_name: row.unique_name,
        attributes: row.attributes,
        updated_at: now,
      }),
      created_at: now,
    });
    return row;
  },
};

async function setFields(
  db: WriteDb,
  id: number,
  fields: Pick<ConversationRow, 'friendly_name' | 'unique_name' | 'attributes' | 'updated_at'>,
): Promise<ConversationRow> {
  try {
    return await db
      .updateTable('conversations')
      .set(fields)
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
  } catch (error) {
    if (isUniqueViolation(error)) throw refusals.uniqueNameTaken();
    throw error;
  }
}
