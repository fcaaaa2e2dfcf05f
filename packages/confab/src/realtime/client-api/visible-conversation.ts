import { type ConversationRow, DomainError, findConversationFor, refusals } from '../../domain/index.ts';
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
  const { conversation } = await find(context, sid);
  try {
    return await change(conversation);
  } catch (error) {
    if (error instanceof DomainError && (await find(context, sid)).access === 'none') throw refusals.notParticipant();
    throw error;
  }
}

/** Refuses an unknown conversation and one that the user may not see with the same words (design 5). */
export async function visibleConversation(
  context: ClientContext,
  sid: string,
): Promise<{ row: ConversationRow; participating: boolean }> {
  const { conversation, access } = await find(context, sid);
  if (access === 'none') throw refusals.notParticipant();
  return { row: conversation, participating: access === 'participant' };
}

async function find({ actor, read, joinPolicy }: ClientContext, sid: string) {
  const found = await findConversationFor(read, actor, sid, joinPolicy);
  if (found === undefined) throw refusals.notParticipant();
  return found;
}
