import { type ConversationRow, findMessage, type MessageRow } from '../domain/index.ts';
import { conversationAt } from './conversations.ts';
import type { ServiceCall } from './operation.ts';

/** The message that a parameter of the path names by SID. */
export async function messageAt(
  call: ServiceCall,
  pathParameter: 'Sid' | 'MessageSid',
): Promise<{ conversation: ConversationRow; row: MessageRow }> {
  const conversation = await conversationAt(call, 'ConversationSid');
  const row = await findMessage(call.context.read, conversation.id, call.path(pathParameter));
  if (row === undefined) throw call.notFound();
  return { conversation, row };
}
