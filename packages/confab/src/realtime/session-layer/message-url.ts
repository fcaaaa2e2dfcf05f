import { invalidParameter, listMessages, notFound, refusals } from '../../domain/index.ts';
import type { ClientContext } from '../client-api/context.ts';
import { visibleConversation } from '../client-api/visible-conversation.ts';
import type { TunnelBody } from '../tunnel/tunnel-request.ts';
import { urls } from './client-request.ts';

/** The address of a message that is named by its index, as a number or as text (protocol 16.3). */
export async function messageUrl(context: ClientContext, fields: TunnelBody): Promise<string> {
  const { row: conversation, participating } = await visibleConversation(context, fields.text('channelSid') ?? '');
  if (!participating) throw refusals.notParticipant();
  const index = readIndex(fields.value('messageIdx'));
  const [row] = await listMessages(context.read, conversation.id, { order: 'asc', from: index, limit: 1 });
  if (row?.index !== index) throw notFound(`Messages/${index}`);
  return urls.message(conversation.sid, row.sid);
}

function readIndex(value: unknown): number {
  const index = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof index === 'number' && Number.isSafeInteger(index) && index >= 0) return index;
  throw invalidParameter('messageIdx must be the index of a message.');
}
