import {
  type ConversationAccess,
  type ConversationRow,
  conversationAccess,
  DomainError,
  findConversationBySid,
  refusals,
} from '../../domain/index.ts';
import type { ClientContext } from './context.ts';

/**
 * Makes a change to the conversation; the command checks the right to it, inside its transaction. Who may not even know of the
 * conversation is refused with the same words as for an unknown one, whatever else was wrong with the request (design 5).
 */
export async function inConversation<Result>(
  context: ClientContext,
  sid: string,
  change: (conversation: ConversationRow) => Promise<Result>,
): Promise<Result> {
  const row = await requireBySid(context, sid);
  try {
    return await change(row);
  } catch (error) {
    if (error instanceof DomainError && (await accessLevel(context, row)) === 'none') throw refusals.notParticipant();
    throw error;
  }
}

/** Refuses an unknown conversation and one that the user may not see with the same words (design 5). */
export async function visibleConversation(
  context: ClientContext,
  sid: string,
): Promise<{ row: ConversationRow; participating: boolean }> {
  const row = await requireBySid(context, sid);
  const level = await accessLevel(context, row);
  if (level === 'none') throw refusals.notParticipant();
  return { row, participating: level === 'participant' };
}

async function accessLevel(
  { actor, read, joinPolicy }: ClientContext,
  row: ConversationRow,
): Promise<ConversationAccess['level']> {
  return (await conversationAccess(read, actor, row, joinPolicy)).level;
}

async function requireBySid({ actor, read }: ClientContext, sid: string): Promise<ConversationRow> {
  const row = await findConversationBySid(read, actor.service.id, sid);
  if (row === undefined) throw refusals.notParticipant();
  return row;
}
