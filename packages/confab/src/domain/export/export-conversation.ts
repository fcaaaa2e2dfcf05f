import type { ConversationRow, ReadDb } from '../../store/seam.ts';
import { listMessages } from '../message/queries.ts';
import { listParticipants } from '../participant/queries.ts';
import { conversationLine, type ExportLine, messageLine, participantLine } from './lines.ts';

/** Rows that are read at once. The reader of the lines says how fast it goes: no more is held than this. */
const PAGE = 200;

/**
 * All that a conversation holds, a line each: itself, its participants, its messages by index. What changes meanwhile is told as it is when
 * its page is read.
 */
export async function* exportConversation(read: ReadDb, conversation: ConversationRow): AsyncGenerator<ExportLine> {
  yield conversationLine(conversation);
  for (let from = 0; ; ) {
    const page = await listParticipants(read, conversation.id, { order: 'asc', from, limit: PAGE });
    for (const row of page) yield participantLine(row, conversation.sid);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) break;
    from = last.id + 1;
  }
  for (let from = 0; ; ) {
    const page = await listMessages(read, conversation.id, { order: 'asc', from, limit: PAGE });
    for (const row of page) yield messageLine(row, conversation.sid);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    from = last.index + 1;
  }
}
