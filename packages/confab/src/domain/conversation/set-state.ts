import type { ConversationRow, ConversationState } from '../../store/seam.ts';
import { nameOf } from '../actor.ts';
import type { TransactContext } from '../command.ts';
import { releaseAddresses } from './release-addresses.ts';
import { logState, type StateReason } from './states.ts';
import type { DueTimes } from './timers.ts';

/** Puts a conversation that is locked into a state by itself, and tells it to those who are in it. */
export async function setState(
  { actor, db, changes, now }: Pick<TransactContext, 'actor' | 'db' | 'changes' | 'now'>,
  before: ConversationRow,
  { state, due, reason }: { state: ConversationState; due: DueTimes; reason: StateReason },
): Promise<void> {
  const row = await db
    .updateTable('conversations')
    .set((eb) => ({ state, state_updated_at: now, ...due, channel_event: eb('channel_event', '+', 1) }))
    .where('id', '=', before.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  const service = await db
    .selectFrom('services')
    .select('sid')
    .where('id', '=', row.service_id)
    .executeTakeFirstOrThrow();
  changes.push({
    object: 'channel',
    action: 'updated',
    event: row.channel_event,
    at: now,
    conversation: { sid: row.sid, service_sid: service.sid },
    roster_event: row.roster_event,
    row,
  });
  await logState(db, row, { from: before.state, reason, actor: nameOf(actor), now });
  if (state === 'closed') await releaseAddresses(db, row.id);
}
