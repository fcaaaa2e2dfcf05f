import type { ReadDb, Store } from '../../store/seam.ts';
import { SYSTEM_ACTOR } from '../actor.ts';
import type { Execute } from '../command.ts';
import { setPresence } from './set-presence.ts';

/**
 * Says that the node is alive until `expiresAt`, by the database's clock. False: it had no lease, or the last one had run out, so that what
 * it had said of its users may be forgotten and has to be said again.
 */
export function renewPresenceLease(store: Store, node: string, now: number, expiresAt: number): Promise<boolean> {
  return store.write(async ({ db }) => {
    const renewed = await db
      .updateTable('presence_nodes')
      .set({ expires_at: expiresAt })
      .where('node', '=', node)
      .where('expires_at', '>=', now)
      .returning('node')
      .executeTakeFirst();
    if (renewed !== undefined) return true;
    await db
      .insertInto('presence_nodes')
      .values({ node, expires_at: expiresAt })
      .onConflict((conflict) => conflict.column('node').doUpdateSet({ expires_at: expiresAt }))
      .execute();
    return false;
  });
}

/**
 * Takes up to `limit` users offline whose node has not renewed its lease, unless they are on another one, and forgets nodes that have no
 * users. Resolves with how many rows went; 0 means that nothing is left to do.
 */
export async function expirePresence(
  { store, execute }: { store: Store; execute: Execute },
  now: number,
  limit: number,
): Promise<number> {
  const dead = await store.read
    .selectFrom('presence_nodes')
    .select('node')
    .where('expires_at', '<', now)
    .limit(1)
    .executeTakeFirst();
  if (dead === undefined) return 0;
  const { node } = dead;
  const users = await usersOn(store.read, node, limit);
  await Promise.all(users.map((userId) => execute(setPresence, SYSTEM_ACTOR, { userId, node, online: false })));
  if (users.length > 0) return users.length;
  await store.write(({ db }) =>
    db.deleteFrom('presence_nodes').where('node', '=', node).where('expires_at', '<', now).execute(),
  );
  return 1;
}

async function usersOn(db: ReadDb, node: string, limit: number): Promise<number[]> {
  const rows = await db.selectFrom('user_presence').select('user_id').where('node', '=', node).limit(limit).execute();
  return rows.map(({ user_id }) => user_id);
}
