import type { ConversationRow, ReadDb } from '../../store/seam.ts';
import type { Command } from '../command.ts';
import { lockInState } from './lock-state.ts';
import { setState } from './set-state.ts';

/** Conversations with a timer that is due at `now`, the longest due first; up to `limit` for each of the two timers. */
export async function dueConversations(db: ReadDb, now: number, limit: number): Promise<{ id: number }[]> {
  const ids = new Set<number>();
  for (const timer of ['inactive_at', 'closed_at'] as const) {
    const rows = await db
      .selectFrom('conversations')
      .select('id')
      .where(timer, '<=', now)
      .orderBy(timer)
      .limit(limit)
      .execute();
    for (const { id } of rows) ids.add(id);
  }
  return [...ids].map((id) => ({ id }));
}

/**
 * Moves a conversation on as its timers say, one state at a time (lifecycle 1). Where several nodes see the same timer, whoever comes second
 * finds that there is nothing to do: false.
 */
export const elapseTimer: Command<{ id: number }, { id: number }, boolean> = {
  name: 'elapseTimer',
  prepare: (_context, input) => input,
  affinity: ({ id }) => id,
  async transact(context, { id }) {
    const row = await lockInState(context.db, id, ['active', 'inactive']);
    const next = row && nextState(row, context.now);
    if (row === undefined || next === undefined) return false;
    // The other timer goes on from where it began: both count from the same moment.
    const due = { inactive_at: null, closed_at: next === 'closed' ? null : row.closed_at };
    await setState(context, row, { state: next, due, reason: 'TIMER' });
    return true;
  },
};

function nextState({ inactive_at, closed_at }: ConversationRow, now: number): 'inactive' | 'closed' | undefined {
  const inactive = inactive_at !== null && inactive_at <= now ? inactive_at : undefined;
  const closed = closed_at !== null && closed_at <= now ? closed_at : undefined;
  if (inactive !== undefined && (closed === undefined || inactive < closed)) return 'inactive';
  return closed === undefined ? undefined : 'closed';
}
