import type { ServiceRef } from '../actor.ts';
import type { TransactContext } from '../command.ts';
import { memberships } from './queries.ts';
import { removeMembership } from './remove-membership.ts';

/**
 * Most memberships that one transaction takes from a deleted user. Each is some seven statements, and on SQLite no other work of the
 * process goes on in between (design 4).
 */
export const MEMBERSHIPS_AT_ONCE = 25;

/** Takes a user out of up to `MEMBERSHIPS_AT_ONCE` conversations. Resolves with how many it found: 0 when they are in none. */
export async function removeMemberships(
  context: Pick<TransactContext, 'db' | 'changes' | 'now'>,
  { service, userId, actor }: { service: Pick<ServiceRef, 'id' | 'sid'>; userId: number; actor: string },
): Promise<number> {
  const found = await memberships(context.db)
    .where('participants.user_id', '=', userId)
    // The order of an index, so that the others are not read each time; and of locks, the same for all who take several.
    .orderBy('participants.conversation_id')
    .limit(MEMBERSHIPS_AT_ONCE)
    .execute();
  for (const participant of found) {
    const conversation = { id: participant.conversation_id, sid: participant.conversation_sid };
    await removeMembership(context, { service, conversation, participant, actor });
  }
  return found.length;
}
