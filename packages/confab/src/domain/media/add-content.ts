import { newRandomSid } from '../../sid.ts';
import type { ConversationRow, WriteDb } from '../../store/seam.ts';
import type { RenderedContent } from '../content/render-content.ts';
import { type MediaItem, mediaItem } from './media-item.ts';

/** Adds a content template to the message that is sent with it, as a file that nobody uploaded: its few bytes are in the row. */
export async function addContent(
  db: WriteDb,
  conversation: Pick<ConversationRow, 'id' | 'service_id'>,
  message: { sid: string; author: string; userId: number | null; now: number },
  { contentType, data }: RenderedContent,
): Promise<MediaItem> {
  const row = await db
    .insertInto('media')
    .values({
      sid: newRandomSid('ME'),
      service_id: conversation.service_id,
      user_id: message.userId,
      author: message.author,
      conversation_id: conversation.id,
      message_sid: message.sid,
      category: 'body',
      content_type: contentType,
      filename: null,
      size: Buffer.byteLength(data),
      multipart: 0,
      sniffed_type: null,
      width: null,
      height: null,
      thumbnail_size: null,
      inline_content: data,
      created_at: message.now,
      updated_at: message.now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return mediaItem(row);
}
