import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { MediaRow } from '../../domain/index.ts';
import { HttpError, resourceNotFound } from '../../http/index.ts';
import { THUMBNAIL_TYPE } from '../image.ts';
import { watchPace } from '../pace.ts';
import { mayBeShown } from '../sniff.ts';
import type { MediaHttpContext } from './context.ts';
import { contentDisposition } from './disposition.ts';
import type { LinkedKind } from './links.ts';
import { places } from './places.ts';
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

/** Over so long it is looked at how much was read: the buffers on the way take megabytes at once, and then nothing for a while. */
const PACE_MS = 120_000;

export interface Asked {
  kind: LinkedKind;
  /** The user who is counted by themselves; undefined for account credentials. */
  user: string | undefined;
}

export type SendContent = (
  request: FastifyRequest,
  reply: FastifyReply,
  row: MediaRow,
  asked: Asked,
) => Promise<FastifyReply>;

/** Answers with the bytes of a file that the caller may see: all, a range (RFC 9110 14), or none where the client has them or asks by HEAD. */
export function contentSender({
  library,
  limits,
  clock,
}: Pick<MediaHttpContext, 'library' | 'limits' | 'clock'>): SendContent {
  const enter = places({
    all: limits.mediaDownloadsAtOnce,
    each: limits.mediaDownloadsAtOncePerUser,
    full: 'Too many files are being sent.',
  });

  /** Keeps a place until the answer ends, whatever ends it: one is that it is not read. `onEnd` is called at most once. */
  function hold(request: FastifyRequest, reply: FastifyReply, user: string | undefined, onEnd: () => void): void {
    const leave = enter(user);
    // An answer that waits behind another on its connection has no socket yet, and hears nothing of its end.
    const { socket } = request.raw;
    const stop = watchPace(clock, {
      windowMs: PACE_MS,
      leastBytes: (limits.mediaDownloadBytesPerSecond * PACE_MS) / 1000,
      moved: () => socket.bytesWritten,
      tooSlow: () => socket.destroy(),
    });
    function end(): void {
      stop();
      socket.off('close', end);
      leave();
      onEnd();
    }
    // Who has gone already closes nothing any more.
    if (socket.destroyed) {
      end();
      return;
    }
    // As many wait as the client has asked for at once.
    socket.setMaxListeners(0).once('close', end);
    reply.raw.once('close', end);
  }

  return async (request, reply, row, { kind, user }) => {
    const { size, type, disposition } = faceOf(row, kind);
    if (size === null) throw resourceNotFound(request);
    // It never changes.
    const tag = `"${row.sid}-${kind.toLowerCase()}"`;
    const headers = { ...FENCE, ETag: tag, 'Content-Type': type, 'Content-Disposition': disposition };
    if (listsTag(request.headers['if-none-match'], tag)) return reply.code(304).headers(headers).send();

    const ifRange = request.headers['if-range'];
    const range = ifRange === undefined || ifRange === tag ? rangeOf(request.headers.range, size) : undefined;
    if (range === 'unsatisfiable') {
      throw new HttpError(416, 20001, `The file has ${size} bytes.`, {
        headers: { 'Content-Range': `bytes */${size}` },
      });
    }
    // Set when nothing can be refused any more: they are of the file, not of a refusal.
    const answer = (): FastifyReply => {
      if (range !== undefined) reply.code(206).header('Content-Range', `bytes ${range.from}-${range.to}/${size}`);
      return reply.headers({ ...headers, 'Content-Length': range === undefined ? size : range.to - range.from + 1 });
    };
    if (request.method === 'HEAD') return answer().send();

    let bytes: Readable | undefined;
    hold(request, reply, user, () => bytes?.destroy());
    bytes = kind === 'Content' ? await library.open(row, range) : await library.openThumbnail(row, range);
    if (bytes === undefined) throw resourceNotFound(request);
    if (request.raw.socket.destroyed) bytes.destroy();
    return answer().send(bytes);
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
