import { type ConversationRow, LostRaceError, type WriteDb } from '../../store/seam.ts';
import type { Actor } from '../actor.ts';
import { type DomainError, notFound, refusals } from '../errors.ts';
import { findParticipantOfUser } from '../participant/queries.ts';
import { lockInState } from './lock-state.ts';

type Counter = 'channel_event' | 'messages_event' | 'roster_event';

/** The next event id of one of the Sync objects of a conversation that is locked, and the row as it is with it. */
export function claimEvent(db: WriteDb, locked: ConversationRow, counter: Counter): Promise<ConversationRow> {
  return db
    .updateTable('conversations')
    .set((eb) => ({ [counter]: eb(counter, '+', 1) }))
    .where('id', '=', locked.id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/**
 * Takes the lock on the conversation that orders its changes, and returns the row as it is with it. Rights are looked up after this: what
 * took them away before is then seen, and what does so later comes after.
 */
export async function lockConversation(
  db: WriteDb,
  actor: Actor,
  conversation: Pick<ConversationRow, 'id' | 'sid'>,
): Promise<ConversationRow> {
  const row = await lockInState(db, conversation.id, ['active', 'inactive']);
  if (row === undefined) throw await whyConversationRefused(db, actor, conversation);
  return row;
}

/** Why a conversation took no change: it is gone, closed, or not ready yet (lifecycle 1); who is not in it is told nothing of it. */
export async function whyConversationRefused(
  db: WriteDb,
  actor: Actor,
  conversation: Pick<ConversationRow, 'id' | 'sid'>,
): Promise<DomainError> {
  if (actor.kind === 'user' && (await findParticipantOfUser(db, actor.user.id, conversation.id)) === undefined) {
    return refusals.notParticipant();
  }
  const still = await db
    .selectFrom('conversations')
    .select('state')
    .where('id', '=', conversation.id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (still === undefined) return notFound(`Conversations/${conversation.sid}`);
  // Another node has opened it since this one was refused the row.
  if (still.state === 'active' || still.state === 'inactive') throw new LostRaceError('The state changed meanwhile.');
  return still.state === 'initializing' ? refusals.conversationInitializing() : refusals.conversationClosed();
}
