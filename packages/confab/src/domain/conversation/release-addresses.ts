import type { WriteDb } from '../../store/seam.ts';

/** Frees the number pairs and the Group MMS of a conversation that is closed or deleted: others may have them (lifecycle 1). */
export async function releaseAddresses(db: WriteDb, conversationId: number): Promise<void> {
  await db.deleteFrom('number_pairs').where('conversation_id', '=', conversationId).execute();
  await db.deleteFrom('group_sets').where('conversation_id', '=', conversationId).execute();
}
