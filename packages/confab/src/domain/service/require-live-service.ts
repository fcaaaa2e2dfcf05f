import type { WriteDb } from '../../store/seam.ts';
import type { ServiceRef } from '../actor.ts';
import { notFound } from '../errors.ts';

/** Refuses to make something in a service that was deleted after the command began. */
export async function requireLiveService(db: WriteDb, service: ServiceRef): Promise<void> {
  const live = await db
    .selectFrom('services')
    .select('id')
    .where('id', '=', service.id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (live === undefined) throw notFound(`Services/${service.sid}`);
}
