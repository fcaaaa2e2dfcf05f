import type { FoundMedia, ServiceRef } from '../../domain/index.ts';
import type { Caller } from './context.ts';
import type { TemporaryLinks } from './links.ts';

/** The record of a file, with fresh links for whoever asks (protocol 10.6). */
export function recordView(
  row: FoundMedia,
  { service, caller, base, links }: { service: ServiceRef; caller: Caller; base: string; links: TemporaryLinks },
) {
  const url = `${base}/v1/Services/${service.sid}/Media/${row.sid}`;
  const viewer = caller.kind === 'user' ? caller.user.sid : caller.account.sid;
  const temporary = (kind: 'Content' | 'Thumbnail'): string =>
    `${url}/Temporary/${kind}?${links.sign({ serviceSid: service.sid, sid: row.sid, kind, viewer })}`;
  return {
    sid: row.sid,
    account_sid: service.account_sid,
    service_sid: service.sid,
    channel_sid: row.conversation_sid,
    message_sid: row.message_sid,
    date_created: isoTime(row.created_at),
    date_upload_updated: isoTime(row.created_at),
    date_updated: isoTime(row.updated_at),
    size: row.size,
    content_type: row.content_type,
    filename: row.filename,
    // What REST calls it (lifecycle 9).
    file_name: row.filename,
    category: row.category,
    author: row.author,
    is_multipart_upstream: row.multipart === 1,
    url,
    // An extension: null for what is no image, or could not be looked into.
    image:
      row.width === null || row.height === null
        ? null
        : {
            width: row.width,
            height: row.height,
            thumbnail: row.thumbnail_size === null ? null : temporary('Thumbnail'),
          },
    links: { content: `${url}/Content`, content_direct_temporary: temporary('Content') },
  };
}

function isoTime(at: number): string {
  return new Date(at).toISOString();
}
