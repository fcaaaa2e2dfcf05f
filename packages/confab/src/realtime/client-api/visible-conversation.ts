import { type ConversationRow, conversationAccess, findConversationBySid, refusals } from '../../domain/index.ts';
import type { ClientContext } from './context.ts';

/** The conversation, for commands that check the right to it themselves, inside their transaction. */
export async function requireBySid({ actor, read }: ClientContext, sid: string): Promise<ConversationRow> {
  const row = await findConversationBySid(read, actor.service.id, sid);
  if (row === undefined) throw refusals.notParticipant();
  return row;
}

/** Refuses an unknown conversation and one that the user may not see with the same words (design 5). */
export async function visibleConversation(
  context: ClientContext,
  sid: string,
): Promise<{ row: ConversationRow; participating: boolean }> {
  const row = await requireBySid(context, sid);
  const { level } = await conversationAccess(context.read, context.actor, row, context.joinPolicy);
  if (level === 'none') throw refusals.notParticipant();
  return { row, participating: level === 'participant' };
}
