import type { JoinPolicy } from '../../config/index.ts';
import { type ConversationRow, type Param, type ReadDb, statement } from '../../store/seam.ts';
import { SYSTEM, type UserActor } from '../actor.ts';
import { hasServicePermission } from '../role/require-permission.ts';
import { isLiveUser } from '../user/queries.ts';

/**
 * What an SDK user may see of a conversation (design 5, "Who may read and join"). `participant`: messages, roster and channel document.
 * `channel`: the channel document, and joining. `none`: nothing, not even that it exists.
 */
export type ConversationAccess = 'participant' | 'channel' | 'none';

const findWithMembership = statement((db: ReadDb, p: Param<{ service_id: number; sid: string; user_id: number }>) =>
  db
    .selectFrom('conversations')
    .selectAll('conversations')
    .select((eb) =>
      eb
        .selectFrom('participants')
        .innerJoin('users', 'users.id', 'participants.user_id')
        .select('participants.id')
        .whereRef('participants.conversation_id', '=', 'conversations.id')
        .where('participants.user_id', '=', p('user_id'))
        // What a deleted user has left behind counts for nothing.
        .where('users.deleted_at', 'is', null)
        .as('participant_id'),
    )
    .where('conversations.sid', '=', p('sid'))
    .where('conversations.service_id', '=', p('service_id'))
    .where('conversations.deleted_at', 'is', null),
);

/**
 * The conversation with this SID and what the user may see of it; undefined when there is none. The one place where that is decided: SDK
 * endpoints, Sync reads and subscriptions all ask here. A single query, since a client that starts asks it seven times for each conversation.
 */
export async function findConversationFor(
  db: ReadDb,
  actor: UserActor,
  sid: string,
  joinPolicy: JoinPolicy,
): Promise<{ conversation: ConversationRow; access: ConversationAccess } | undefined> {
  const [found] = await findWithMembership(db, { service_id: actor.service.id, sid, user_id: actor.user.id });
  if (found === undefined) return undefined;
  const { participant_id, ...conversation } = found;
  if (participant_id !== null) return { conversation, access: 'participant' };
  return { conversation, access: (await mayJoin(db, actor, conversation, joinPolicy)) ? 'channel' : 'none' };
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
