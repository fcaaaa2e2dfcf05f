import { newSid } from '../../sid.ts';
import { appendEvent, type ConversationRow } from '../../store/seam.ts';
import { nameOf, type ServiceRef } from '../actor.ts';
import type { Command } from '../command.ts';
import { refusals } from '../errors.ts';
import { requireServicePermission } from '../role/require-permission.ts';
import { requireLiveService } from '../service/require-live-service.ts';
import { checkAttributes } from '../text.ts';
import { checkConversationNames } from './names.ts';

export interface CreateConversationInput {
  service: ServiceRef;
  friendlyName?: string | undefined;
  uniqueName?: string | undefined;
  attributes?: string | undefined;
}

interface Plan {
  service: ServiceRef;
  friendlyName: string | null;
  uniqueName: string | null;
  attributes: string;
}

/**
 * Makes a conversation with its three Sync objects, and no participants: the creator joins in a second step (lifecycle 5). Needs
 * `createConversation` of SDK users. 50353 when the unique name is taken.
 */
export const createConversation: Command<CreateConversationInput, Plan, ConversationRow> = {
  name: 'createConversation',
  prepare({ limits }, { service, friendlyName, uniqueName, attributes }) {
    checkConversationNames(limits, { friendlyName, uniqueName });
    return {
      service,
      friendlyName: friendlyName === undefined || friendlyName === '' ? null : friendlyName,
      uniqueName: uniqueName === undefined || uniqueName === '' ? null : uniqueName,
      attributes: checkAttributes(attributes, limits.conversationAttributesBytes),
    };
  },
  async transact({ actor, db, now }, { service, friendlyName, uniqueName, attributes }) {
    await requireLiveService(db, service);
    if (actor.kind === 'user') await requireServicePermission(db, actor, 'createConversation');
    const row = await db
      .insertInto('conversations')
      .values({
        sid: newSid('CH', now),
        service_id: service.id,
        unique_name: uniqueName,
        friendly_name: friendlyName,
        attributes,
        state: 'active',
        state_updated_at: null,
        created_by: nameOf(actor),
        next_message_index: 0,
        last_message_index: null,
        last_message_at: null,
        messages_count: 0,
        participants_count: 0,
        channel_event: 0,
        messages_event: 0,
        roster_event: 0,
        created_at: now,
        updated_at: now,
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
      payload: JSON.stringify({
        sid: row.sid,
        friendly_name: row.friendly_name,
        unique_name: row.unique_name,
        attributes: row.attributes,
        created_by: row.created_by,
        created_at: now,
      }),
      created_at: now,
    });
    return row;
  },
};
