import type { JoinPolicy } from '../../config/index.ts';
import type { ConversationRow, ParticipantRow, ReadDb } from '../../store/seam.ts';
import { SYSTEM, type UserActor } from '../actor.ts';
import { findParticipantOfUser } from '../participant/queries.ts';
import { hasServicePermission } from '../role/require-permission.ts';
import { isLiveUser } from '../user/queries.ts';

/** What an SDK user may see of a conversation (design 5, "Who may read and join"). */
export type ConversationAccess =
  /** Messages, roster and channel document. */
  | { level: 'participant'; participant: ParticipantRow }
  /** The channel document, and joining. */
  | { level: 'channel' }
  /** Nothing, not even that it exists. */
  | { level: 'none' };

/** Decides what the user may see. The one place for it: REST-like endpoints, Sync reads and subscriptions all ask here. */
export async function conversationAccess(
  db: ReadDb,
  actor: UserActor,
  conversation: ConversationRow,
  joinPolicy: JoinPolicy,
): Promise<ConversationAccess> {
  if (conversation.service_id !== actor.service.id) return { level: 'none' };
  const participant = await findParticipantOfUser(db, actor.user.id, conversation.id);
  if (participant !== undefined) return { level: 'participant', participant };
  return (await mayJoin(db, actor, conversation, joinPolicy)) ? { level: 'channel' } : { level: 'none' };
}

/** Whether the user may join a conversation that they are not in. */
export async function mayJoin(
  db: ReadDb,
  actor: UserActor,
  conversation: ConversationRow,
  joinPolicy: JoinPolicy,
): Promise<boolean> {
  if (joinPolicy === 'never') return false;
  // A name outlives its user: who was deleted gets nothing by it, whoever has it next does.
  if (isCreator(conversation, actor.user.identity)) return isLiveUser(db, actor.user.id);
  return joinPolicy === 'sid' && hasServicePermission(db, actor, 'joinConversation');
}

/**
 * Whether somebody with this identity made the conversation. What account credentials made has no creator, though a user may be called
 * `system`, too: they would get the creator's rights in all that the operator's backend has made.
 */
export function isCreator(conversation: ConversationRow, identity: string): boolean {
  return conversation.created_by === identity && identity !== SYSTEM;
}
