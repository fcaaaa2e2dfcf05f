import type { ReadDb, WriteDb } from '../../store/seam.ts';
import { type Param, statement } from '../../store/seam.ts';
import type { UserActor } from '../actor.ts';
import { refusals } from '../errors.ts';
import { type Permission, parsePermissions } from './permissions.ts';

const findServicePermissions = statement((db: ReadDb, p: Param<{ user_id: number }>) =>
  db
    .selectFrom('users')
    .innerJoin('roles', 'roles.id', 'users.role_id')
    .select('roles.permissions')
    .where('users.id', '=', p('user_id'))
    .where('users.deleted_at', 'is', null),
);

const findConversationPermissions = statement((db: ReadDb, p: Param<{ user_id: number; conversation_id: number }>) =>
  db
    .selectFrom('participants')
    .innerJoin('roles', 'roles.id', 'participants.role_id')
    // What a deleted user has left behind gives no rights.
    .innerJoin('users', 'users.id', 'participants.user_id')
    .select(['participants.sid', 'roles.permissions'])
    .where('participants.user_id', '=', p('user_id'))
    .where('participants.conversation_id', '=', p('conversation_id'))
    .where('users.deleted_at', 'is', null),
);

/** Whether the user's service role allows it, anywhere in the service. */
export async function hasServicePermission(db: ReadDb, actor: UserActor, permission: Permission): Promise<boolean> {
  const [role] = await findServicePermissions(db, { user_id: actor.user.id });
  return role !== undefined && parsePermissions(role.permissions).has(permission);
}

/** Refuses (50107) what the user's service role does not allow. */
export async function requireServicePermission(db: WriteDb, actor: UserActor, permission: Permission): Promise<void> {
  if (!(await hasServicePermission(db, actor, permission))) throw refusals.notAllowed();
}

/**
 * Refuses what neither the user's role in the conversation nor their service role allows: 50430 for who is not a participant, 50107 for
 * who is. Returns the SID of their participant.
 */
export async function requireConversationPermission(
  db: WriteDb,
  actor: UserActor,
  conversationId: number,
  permission: Permission,
): Promise<{ participantSid: string | null }> {
  const [membership] = await findConversationPermissions(db, {
    user_id: actor.user.id,
    conversation_id: conversationId,
  });
  if (membership !== undefined && parsePermissions(membership.permissions).has(permission)) {
    return { participantSid: membership.sid };
  }
  if (await hasServicePermission(db, actor, permission)) return { participantSid: membership?.sid ?? null };
  throw membership === undefined ? refusals.notParticipant() : refusals.notAllowed();
}
