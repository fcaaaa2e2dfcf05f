import type { Store } from '../../store/seam.ts';
import { purgeConversation } from './purge-conversation.ts';

/**
 * Removes up to `limit` rows of conversations that were deleted (design 4: big deletes finish in chunks). Resolves with how many went; 0
 * means that nothing is left to do.
 */
export async function purgeDeletedConversations(store: Store, limit: number, now: number): Promise<number> {
  const conversation = await store.read
    .selectFrom('conversations')
    .select('id')
    .where('deleted_at', 'is not', null)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  if (conversation === undefined) return 0;
  return store.write(({ db }) => purgeConversation(db, conversation.id, limit, now));
}
