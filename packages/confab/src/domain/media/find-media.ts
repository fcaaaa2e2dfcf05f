import type { ReadDb } from '../../store/seam.ts';
import type { AccountActor, ServiceRef, UserActor } from '../actor.ts';
import { isLiveUser } from '../user/queries.ts';
import type { MediaRow } from './media-item.ts';

/** A file, with the SID of the conversation that it is in. */
export type FoundMedia = MediaRow & { conversation_sid: string | null };

/**
 * The file with this SID, if the actor may see it: whoever uploaded it until it is attached, from then on the participants of its
 * conversation; account credentials always. Undefined for every other, as for one that is not there: the two are not to be told apart.
 */
export async function findMediaFor(
  db: ReadDb,
  actor: AccountActor | UserActor,
  service: ServiceRef,
  sid: string,
  oldestUnattached: number,
): Promise<FoundMedia | undefined> {
  const row = await db
    .selectFrom('media')
    .innerJoin('services', 'services.id', 'media.service_id')
    .leftJoin('conversations', (join) =>
      join.onRef('conversations.id', '=', 'media.conversation_id').on('conversations.deleted_at', 'is', null),
    )
    .selectAll('media')
    .select('conversations.sid as conversation_sid')
    .where('media.sid', '=', sid)
    .where('media.service_id', '=', service.id)
    .where('media.deleted_at', 'is', null)
    .where('services.deleted_at', 'is', null)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  if (row.message_sid === null) {
    if (row.created_at <= oldestUnattached) return undefined;
    if (actor.kind === 'account') return row;
    return row.user_id === actor.user.id && (await isLiveUser(db, actor.user.id)) ? row : undefined;
  }
  // Its conversation was deleted: what is in it goes in the background.
  if (row.conversation_id === null || row.conversation_sid === null) return undefined;
  if (actor.kind === 'account') return row;
  return (await isParticipant(db, actor.user.id, row.conversation_id)) ? row : undefined;
}

async function isParticipant(db: ReadDb, userId: number, conversationId: number): Promise<boolean> {
  const found = await db
    .selectFrom('participants')
    // What a deleted user has left behind counts for nothing.
    .innerJoin('users', 'users.id', 'participants.user_id')
    .select('participants.id')
    .where('participants.user_id', '=', userId)
    .where('participants.conversation_id', '=', conversationId)
    .where('users.deleted_at', 'is', null)
    .executeTakeFirst();
  return found !== undefined;
}
