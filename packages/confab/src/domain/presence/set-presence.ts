import type { Command } from '../command.ts';
import { lockLiveUser } from '../user/lock-user.ts';
import { setReachability } from './reachability.ts';

export interface SetPresenceInput {
  userId: number;
  /** The node on which their connections are. */
  node: string;
  online: boolean;
}

/** `no lease`: the node is taken to be dead, and all that it had said is forgotten. It says it again once it has a lease. */
export type PresenceResult = 'stored' | 'no lease';

/**
 * Stores that a node has connections of the user, or none any more. They are online as long as some node has, and are said to be so in
 * services with reachability only: of the users of others nothing is stored.
 */
export const setPresence: Command<SetPresenceInput, SetPresenceInput, PresenceResult> = {
  name: 'setPresence',
  prepare: (_context, input) => input,
  async transact(context, { userId, node, online }) {
    const { db } = context;
    // The lock: two nodes must not both think that the other one still has a connection, or that it has none.
    const user = await lockLiveUser(db, userId);
    const service = await db
      .selectFrom('services')
      .select(['id', 'sid', 'reachability_enabled'])
      .where('id', '=', user?.service_id ?? 0)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    if (!online) await db.deleteFrom('user_presence').where('user_id', '=', userId).where('node', '=', node).execute();
    if (user === undefined || service === undefined) return 'stored';
    if (online) {
      if (service.reachability_enabled === 0) return 'stored';
      const lease = await db.selectFrom('presence_nodes').select('node').where('node', '=', node).executeTakeFirst();
      if (lease === undefined) return 'no lease';
      await db
        .insertInto('user_presence')
        .values({ user_id: userId, node })
        .onConflict((conflict) => conflict.columns(['user_id', 'node']).doNothing())
        .execute();
    }
    const present = await db
      .selectFrom('user_presence')
      .select('node')
      .where('user_id', '=', userId)
      .limit(1)
      .executeTakeFirst();
    // Who never was online did not go offline.
    if (present === undefined && user.is_online === null) return 'stored';
    await setReachability(context, service, user, { is_online: present !== undefined });
    return 'stored';
  },
};
