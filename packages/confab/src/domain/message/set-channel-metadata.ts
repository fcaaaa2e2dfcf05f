import { appendEvent, type ConversationRow, type MessageRow } from '../../store/seam.ts';
import { requireAccount } from '../account/require-main.ts';
import { nameOf, type ServiceRef } from '../actor.ts';
import type { Command } from '../command.ts';
import { lockConversation } from '../conversation/claim-event.ts';
import { invalidParameter, notFound } from '../errors.ts';
import { perConversation } from '../rates.ts';
import { checkBytes, checkLength, isTooDeep } from '../text.ts';
import { changeMessage } from './change-message.ts';
import { findMessage } from './queries.ts';

export interface SetChannelMetadataInput {
  service: ServiceRef;
  conversation: ConversationRow;
  messageSid: string;
  /** Such as `whatsapp`. */
  type: string;
  /** A JSON object, as text. */
  data: string;
}

/** What a channel says of a message besides the message (protocol 10.8). */
export interface ChannelMetadata {
  type: string;
  data: object;
}

const TYPE_CHARACTERS = 64;

export function channelMetadataOf({
  channel_metadata,
}: Pick<MessageRow, 'channel_metadata'>): ChannelMetadata | undefined {
  if (channel_metadata === null) return undefined;
  const metadata: { type: string; data: object } = JSON.parse(channel_metadata);
  return metadata;
}

/**
 * Keeps what an operator's gateway tells of a message, for the SDK's `getChannelMetadata`. Clients ask once, and only for messages that
 * say that there is some when they are first seen (protocol 8.5): set it soon after sending. For account credentials.
 */
export const setChannelMetadata: Command<SetChannelMetadataInput, SetChannelMetadataInput, MessageRow> = {
  name: 'setChannelMetadata',
  rate: perConversation,
  prepare({ actor, limits }, input) {
    requireAccount(actor);
    if (input.type === '') throw invalidParameter('Type must not be empty.', 'Type');
    checkLength('Type', input.type, TYPE_CHARACTERS, 20001);
    checkBytes('Data', input.data, limits.channelMetadataBytes, 20001);
    requireObject(input.data);
    return input;
  },
  affinity: ({ conversation }) => conversation.id,
  async transact(context, { service, conversation, messageSid, type, data }) {
    const { actor, db, now } = context;
    const locked = await lockConversation(db, actor, conversation);
    const message = await findMessage(db, locked.id, messageSid);
    if (message === undefined) throw notFound(`Messages/${messageSid}`);
    const row = await changeMessage(context, service, locked, message, {
      channel_metadata: JSON.stringify({ type, data: JSON.parse(data) }),
    });
    await appendEvent(db, {
      service_id: service.id,
      kind: 'message.channel_metadata_updated',
      subject_sid: row.sid,
      actor: nameOf(actor),
      payload: JSON.stringify({ sid: row.sid, conversation_sid: locked.sid, type, updated_at: now }),
      created_at: now,
    });
    return row;
  },
};

function requireObject(text: string): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isTooDeep(value)) {
    throw invalidParameter('Data must be a JSON object, and not be nested deeper than 64.', 'Data');
  }
}
