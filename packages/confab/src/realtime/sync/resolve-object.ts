import {
  type ConversationRow,
  conversationRef,
  findConversationFor,
  findUserBySid,
  type JoinPolicy,
  type ReadDb,
  type SyncObject,
  type UserActor,
  type UserRow,
} from '../../domain/index.ts';
import { parseObjectAddress, type SyncType, syncType } from './object-sid.ts';

interface Readable<Object extends SyncObject> {
  object: Object;
  /** The user may read it without being a participant. */
  peeking: boolean;
}

/** An object with its owner's row as it was when the right to it was checked. */
export type ReadableObject =
  | (Readable<Extract<SyncObject, { conversation: unknown }>> & { conversation: ConversationRow })
  | (Readable<Extract<SyncObject, { user: unknown }>> & { user: UserRow });

/**
 * The object behind a SID or unique name, if it is of that type and the user may read it now. What does not exist and what the user may
 * not see cannot be told apart (design 5; protocol 8, "Readable by").
 */
export async function resolveObject(
  read: ReadDb,
  actor: UserActor,
  joinPolicy: JoinPolicy,
  type: SyncType,
  sidOrName: string,
): Promise<ReadableObject | undefined> {
  const address = parseObjectAddress(sidOrName);
  if (address === undefined || syncType(address.kind) !== type) return undefined;
  const { kind, ownerSid } = address;
  if (kind === 'memberships' || kind === 'user_info') {
    const user = await findUserBySid(read, actor.service.id, ownerSid);
    if (user === undefined || (kind === 'memberships' && user.id !== actor.user.id)) return undefined;
    const object = { kind, id: user.id, user: { sid: user.sid, service_sid: actor.service.sid } };
    return { object, peeking: false, user };
  }
  const found = await findConversationFor(read, actor, ownerSid, joinPolicy);
  if (found === undefined) return undefined;
  const { conversation, access } = found;
  if (access === 'none' || (access === 'channel' && kind !== 'channel')) return undefined;
  return {
    object: { kind, id: conversation.id, conversation: conversationRef(actor.service, conversation) },
    peeking: access === 'channel',
    conversation,
  };
}
