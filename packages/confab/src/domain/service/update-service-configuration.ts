import { appendEvent, type WriteDb } from '../../store/seam.ts';
import { requireAccount } from '../account/require-main.ts';
import { nameOf, type ServiceRef } from '../actor.ts';
import type { Command } from '../command.ts';
import { requireRole } from '../role/find-role.ts';
import { lockService } from './lock-service.ts';

export interface UpdateServiceConfigurationInput {
  service: ServiceRef;
  /** Absent: stays as it is. */
  serviceRoleSid?: string | undefined;
  conversationRoleSid?: string | undefined;
  creatorRoleSid?: string | undefined;
  reachabilityEnabled?: boolean | undefined;
}

/**
 * Changes what a service gives to new users and participants: those who are there keep the roles that they have. 50100 and 50109 for a
 * role that is not there, 50105 for one of the other type. For account credentials.
 */
export const updateServiceConfiguration: Command<
  UpdateServiceConfigurationInput,
  UpdateServiceConfigurationInput,
  void
> = {
  name: 'updateServiceConfiguration',
  prepare({ actor }, input) {
    requireAccount(actor);
    return input;
  },
  async transact({ actor, db, rechecks, now }, { service, ...given }) {
    await lockService(db, service);
    const row = await db
      .updateTable('services')
      .set({ ...(await columnsOf(db, service, given)), updated_at: now })
      .where('id', '=', service.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    // Nodes say from now on who is online, or stop to.
    if (given.reachabilityEnabled !== undefined) rechecks.push({ of: 'service', sid: service.sid });
    await appendEvent(db, {
      service_id: service.id,
      kind: 'service_configuration.updated',
      subject_sid: service.sid,
      actor: nameOf(actor),
      payload: JSON.stringify({
        sid: service.sid,
        default_chat_service_role_sid: given.serviceRoleSid,
        default_conversation_role_sid: given.conversationRoleSid,
        default_conversation_creator_role_sid: given.creatorRoleSid,
        reachability_enabled: row.reachability_enabled === 1,
        updated_at: now,
      }),
      created_at: now,
    });
  },
};

async function columnsOf(db: WriteDb, service: ServiceRef, given: Omit<UpdateServiceConfigurationInput, 'service'>) {
  const { serviceRoleSid, conversationRoleSid, creatorRoleSid, reachabilityEnabled } = given;
  const conversationRole = async (sid: string, parameter: string) =>
    (await requireRole(db, service.id, sid, 'conversation', parameter)).id;
  return {
    ...(serviceRoleSid !== undefined && {
      default_service_role_id: (
        await requireRole(db, service.id, serviceRoleSid, 'service', 'DefaultChatServiceRoleSid')
      ).id,
    }),
    ...(conversationRoleSid !== undefined && {
      default_conversation_role_id: await conversationRole(conversationRoleSid, 'DefaultConversationRoleSid'),
    }),
    ...(creatorRoleSid !== undefined && {
      default_conversation_creator_role_id: await conversationRole(creatorRoleSid, 'DefaultConversationCreatorRoleSid'),
    }),
    ...(reachabilityEnabled !== undefined && { reachability_enabled: Number(reachabilityEnabled) }),
  };
}
