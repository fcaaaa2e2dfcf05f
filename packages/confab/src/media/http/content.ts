import type { FastifyReply, FastifyRequest } from 'fastify';
import type { MediaRow } from '../../domain/index.ts';
import { HttpError, resourceNotFound } from '../../http/index.ts';
import { THUMBNAIL_TYPE } from '../image.ts';
import { mayBeShown } from '../sniff.ts';
import type { MediaHttpContext } from './context.ts';
import { contentDisposition } from './disposition.ts';
import type { LinkedKind } from './links.ts';
import { rangeOf } from './range.ts';

/** Nothing in a file runs, fetches, or belongs to our origin, however a browser came to open it. */
const FENCE = {
  'Content-Security-Policy': "sandbox; default-src 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  // Apps show it on pages of other origins: what it takes to read it is the link or the credentials.
  'Cross-Origin-Resource-Policy': 'cross-origin',
  // Kept, but asked for each time: the right to see it can end.
  'Cache-Control': 'private, no-cache',
  'Accept-Ranges': 'bytes',
};

export type SendContent = (
  request: FastifyRequest,
  reply: FastifyReply,
  row: MediaRow,
  kind: LinkedKind,
) => Promise<FastifyReply>;

/** Answers with the bytes of a file that the caller may see: all, a range (RFC 9110 14), or none where the client has them or asks by HEAD. */
export function contentSender({ library, limits }: Pick<MediaHttpContext, 'library' | 'limits'>): SendContent {
  let sending = 0;

  return async (request, reply, row, kind) => {
    const { size, type, disposition } = faceOf(row, kind);
    if (size === null) throw resourceNotFound(request);
    // It never changes.
    const tag = `"${row.sid}-${kind.toLowerCase()}"`;
    reply.headers({ ...FENCE, ETag: tag, 'Content-Type': type, 'Content-Disposition': disposition });
    if (listsTag(request.headers['if-none-match'], tag)) return reply.code(304).send();

    const ifRange = request.headers['if-range'];
    const range = ifRange === undefined || ifRange === tag ? rangeOf(request.headers.range, size) : undefined;
    if (range === 'unsatisfiable') {
      throw new HttpError(416, 20001, `The file has ${size} bytes.`, {
        headers: { 'Content-Range': `bytes */${size}` },
      });
    }
    if (range !== undefined) reply.code(206).header('Content-Range', `bytes ${range.from}-${range.to}/${size}`);
    reply.header('Content-Length', range === undefined ? size : range.to - range.from + 1);
    if (request.method === 'HEAD') return reply.send();

    if (sending >= limits.mediaDownloadsAtOnce) {
      throw new HttpError(503, 20503, 'Too many files are being sent.', { headers: { 'Retry-After': '1' } });
    }
    sending += 1;
    // Whatever ends it.
    reply.raw.once('close', () => {
      sending -= 1;
    });
    const bytes = kind === 'Content' ? await library.open(row, range) : await library.openThumbnail(row, range);
    if (bytes === undefined) throw resourceNotFound(request);
    if (reply.raw.destroyed) bytes.destroy();
    return reply.send(bytes);
  };
}

function faceOf(row: MediaRow, kind: LinkedKind) {
  if (kind === 'Thumbnail') return { size: row.thumbnail_size, type: THUMBNAIL_TYPE, disposition: 'inline' };
  const way = mayBeShown(row.content_type, row.sniffed_type) ? 'inline' : 'attachment';
  return { size: row.size, type: row.content_type, disposition: contentDisposition(way, row.filename) };
}

function listsTag(header: string | undefined, tag: string): boolean {
  return header?.split(',').some((one) => [tag, `W/${tag}`, '*'].includes(one.trim())) === true;
}
