import { newSid } from '../../sid.ts';
import { appendEvent, type WriteDb } from '../../store/seam.ts';
import type { AccountActor } from '../actor.ts';
import type { Command } from '../command.ts';
import { DomainError, notFound } from '../errors.ts';
import { DEFAULT_ROLES } from '../role/default-roles.ts';
import { insertRole } from '../role/insert-role.ts';
import { checkLength } from '../text.ts';
import { type ServiceRow, serviceView } from './queries.ts';

export interface CreateServiceInput {
  friendlyName: string;
}

/** Makes a chat service with its four default roles. For account credentials only. */
export const createService: Command<CreateServiceInput, CreateServiceInput, ServiceRow> = {
  name: 'createService',
  prepare({ actor, limits }, input) {
    if (actor.kind !== 'account') throw notFound('Services');
    if (input.friendlyName === '') throw new DomainError(50000, 400, 'FriendlyName must not be empty.', 'FriendlyName');
    checkLength('FriendlyName', input.friendlyName, limits.serviceFriendlyNameCharacters, 50003);
    return input;
  },
  async transact({ actor, db, now }, { friendlyName }) {
    if (actor.kind !== 'account') throw notFound('Services');
    return insertService(db, actor.account, { sid: newSid('IS', now), friendlyName, now });
  },
};

/** Inserts a service and its roles. Shared by the command and the first start, which fixes the SID. */
export async function insertService(
  db: WriteDb,
  account: AccountActor['account'],
  { sid, friendlyName, now }: { sid: string; friendlyName: string; now: number },
): Promise<ServiceRow> {
  const { id } = await db
    .insertInto('services')
    .values({
      sid,
      account_id: account.id,
      friendly_name: friendlyName,
      default_service_role_id: null,
      default_conversation_role_id: null,
      default_conversation_creator_role_id: null,
      reachability_enabled: 0,
      deleted_at: null,
      created_at: now,
      updated_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow();

  await insertRole(db, id, DEFAULT_ROLES.serviceAdmin, now);
  const service = await db
    .updateTable('services')
    .set({
      default_service_role_id: (await insertRole(db, id, DEFAULT_ROLES.serviceUser, now)).id,
      default_conversation_creator_role_id: (await insertRole(db, id, DEFAULT_ROLES.channelAdmin, now)).id,
      default_conversation_role_id: (await insertRole(db, id, DEFAULT_ROLES.channelUser, now)).id,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  const row = { ...service, account_sid: account.sid };
  await appendEvent(db, {
    service_id: id,
    kind: 'service.added',
    subject_sid: sid,
    actor: 'system',
    payload: JSON.stringify(serviceView(row)),
    created_at: now,
  });
  return row;
}
