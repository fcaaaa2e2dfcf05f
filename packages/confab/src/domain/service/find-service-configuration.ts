import type { ReadDb } from '../../store/seam.ts';
import type { ServiceRef } from '../actor.ts';

export interface ServiceConfiguration {
  service_role_sid: string;
  conversation_role_sid: string;
  creator_role_sid: string;
  reachability_enabled: boolean;
}

/** What the service gives to new users and participants; undefined when it was deleted. */
export async function findServiceConfiguration(
  db: ReadDb,
  { id }: Pick<ServiceRef, 'id'>,
): Promise<ServiceConfiguration | undefined> {
  const row = await db
    .selectFrom('services')
    .innerJoin('roles as service_role', 'service_role.id', 'services.default_service_role_id')
    .innerJoin('roles as conversation_role', 'conversation_role.id', 'services.default_conversation_role_id')
    .innerJoin('roles as creator_role', 'creator_role.id', 'services.default_conversation_creator_role_id')
    .select([
      'service_role.sid as service_role_sid',
      'conversation_role.sid as conversation_role_sid',
      'creator_role.sid as creator_role_sid',
      'services.reachability_enabled',
    ])
    .where('services.id', '=', id)
    .where('services.deleted_at', 'is', null)
    .executeTakeFirst();
  return row && { ...row, reachability_enabled: row.reachability_enabled === 1 };
}
