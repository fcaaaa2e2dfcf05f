import type { WriteDb } from '../../store/seam.ts';
import type { ServiceRef } from '../actor.ts';
import { notFound } from '../errors.ts';
import { DEFAULT_ROLE_COLUMNS, type DefaultRoleIds, defaultRoleIds } from './default-role-ids.ts';

/**
 * Takes the lock on the service that orders changes of its default roles and their deletion, and returns the default roles as they are with
 * it. Refuses when the service was deleted.
 */
export async function lockService(db: WriteDb, service: ServiceRef): Promise<DefaultRoleIds> {
  const row = await db
    .updateTable('services')
    .set((eb) => ({ updated_at: eb.ref('updated_at') }))
    .where('id', '=', service.id)
    .where('deleted_at', 'is', null)
    .returning(DEFAULT_ROLE_COLUMNS)
    .executeTakeFirst();
  if (row === undefined) throw notFound(`Services/${service.sid}`);
  return defaultRoleIds(row);
}
