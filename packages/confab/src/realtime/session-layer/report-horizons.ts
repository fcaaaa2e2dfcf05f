import { invalidParameter } from '../../domain/index.ts';
import type { ClientContext } from '../client-api/context.ts';
import { membersOf, type TunnelBody } from '../tunnel/tunnel-request.ts';
import { ask, CommandRefusal, urls } from './client-request.ts';

/** Conversations in one report: the SDK gathers them for a second. */
const REPORTED = 1000;

/**
 * Moves the read horizons of several conversations. What is left out of the answer was refused: the SDK tells so to whoever asked for it
 * (protocol 16.3).
 */
export async function reportHorizons(context: ClientContext, fields: TunnelBody): Promise<object> {
  const entries = fields.list('report').map(readEntry);
  if (entries.length > REPORTED) throw invalidParameter(`report must have at most ${REPORTED} entries.`);
  const report: object[] = [];
  for (const { channelSid, messageIdx } of entries) {
    try {
      const mine = await ask(context, 'POST', urls.mine(channelSid), { last_read_message_index: messageIdx });
      report.push({ channelSid, unreadMessagesCount: mine.value('unread_messages_count') });
    } catch (error) {
      if (!(error instanceof CommandRefusal)) throw error;
    }
  }
  return { report };
}

function readEntry(value: unknown): { channelSid: string; messageIdx: unknown } {
  const fields = membersOf(typeof value === 'object' && value !== null ? value : {});
  const channelSid = fields.text('channelSid');
  if (channelSid === undefined) throw invalidParameter('Each entry of report needs channelSid.');
  return { channelSid, messageIdx: fields.value('messageIdx') ?? null };
}
