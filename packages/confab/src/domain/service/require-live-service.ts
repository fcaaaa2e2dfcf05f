import { type Param, type ReadDb, statement, type WriteDb } from '../../store/seam.ts';
import type { ServiceRef } from '../actor.ts';
import { notFound } from '../errors.ts';
import { DEFAULT_ROLE_COLUMNS, type DefaultRoleIds, defaultRoleIds } from './default-role-ids.ts';

const findLive = statement((db: ReadDb, p: Param<{ id: number }>) =>
  db.selectFrom('services').select(DEFAULT_ROLE_COLUMNS).where('id', '=', p('id')).where('deleted_at', 'is', null),
);

/**
 * Refuses to make something in a service that was deleted after the command began. Returns the default roles as they are now: a
 * connection may have lasted longer than those that there were when it came.
 */
export async function requireLiveService(db: WriteDb, service: ServiceRef): Promise<DefaultRoleIds> {
  const [row] = await findLive(db, { id: service.id });
  if (row === undefined) throw notFound(`Services/${service.sid}`);
  return defaultRoleIds(row);
}
