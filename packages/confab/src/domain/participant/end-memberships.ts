import type { Change, ConversationRow } from '../../store/seam.ts';
import type { ServiceRef } from '../actor.ts';
import type { TransactContext } from '../command.ts';

/**
 * Takes everybody out of a conversation that goes away as a whole: of its roster nothing need be remembered, of the users' maps that it is
 * gone. A few statements, however many participants there are. Returns what to tell the users.
 */
export async function endMemberships(
  { db, now }: Pick<TransactContext, 'db' | 'now'>,
  service: Pick<ServiceRef, 'sid'>,
  conversation: Pick<ConversationRow, 'id' | 'sid'>,
): Promise<Change[]> {
  const users = await db
    .updateTable('users')
    .set((eb) => ({ conversations_event: eb('conversations_event', '+', 1) }))
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('participants')
        .select('participants.user_id')
        .where('participants.conversation_id', '=', conversation.id)
        .where('participants.user_id', 'is not', null)
        .$castTo<{ user_id: number }>(),
    )
    .returning(['id', 'sid', 'conversations_event'])
    .execute();
  if (users.length > 0) {
    await db
      .insertInto('sync_tombstones')
      .columns(['object', 'owner_id', 'key', 'event', 'removed_at'])
      .expression((eb) =>
        eb
          .selectFrom('participants')
          .innerJoin('users', 'users.id', 'participants.user_id')
          .select(({ val, ref }) => [
            val('memberships').as('object'),
            ref('users.id').as('owner_id'),
            val(conversation.sid).as('key'),
            ref('users.conversations_event').as('event'),
            val(now).as('removed_at'),
          ])
          .where('participants.conversation_id', '=', conversation.id),
      )
      .onConflict((conflict) =>
        conflict.columns(['object', 'owner_id', 'key']).doUpdateSet((eb) => ({
          event: eb.ref('excluded.event'),
          removed_at: eb.ref('excluded.removed_at'),
        })),
      )
      .execute();
  }
  await db.deleteFrom('participants').where('conversation_id', '=', conversation.id).execute();
  return users.map(({ sid, conversations_event }) => ({
    object: 'memberships',
    action: 'removed',
    event: conversations_event,
    at: now,
    user: { sid, service_sid: service.sid },
    key: conversation.sid,
  }));
}
