import type { FastifyRequest } from 'fastify';
import type { Clock } from '../../clock.ts';
import type { FileDescription, MediaRow, ServiceRef } from '../../domain/index.ts';
import { invalidParameter } from '../../domain/index.ts';
import { HttpError } from '../../http/index.ts';
import { tooLarge, UploadRefused } from '../receive-file.ts';
import type { Caller, MediaHttpContext } from './context.ts';

const CATEGORIES = ['media', 'body', 'history'] as const;

const UNKNOWN_TYPE = 'application/octet-stream';

export type Upload = (request: FastifyRequest, service: ServiceRef, caller: Caller) => Promise<MediaRow>;

/** Takes in what a request brings, as its whole body or as the file of a form, so many at a time (protocol 10.6). */
export function uploader({ library, limits, clock }: Pick<MediaHttpContext, 'library' | 'limits' | 'clock'>): Upload {
  const coming = new Map<string, number>();
  let all = 0;

  function enter(principal: string): () => void {
    const own = coming.get(principal) ?? 0;
    const again = { headers: { 'Retry-After': '1' } };
    if (own >= limits.mediaUploadsAtOncePerUser) throw new HttpError(429, 20429, 'Too Many Requests', again);
    if (all >= limits.mediaUploadsAtOnce) throw new HttpError(503, 20503, 'Too many files are coming in.', again);
    coming.set(principal, own + 1);
    all += 1;
    return () => {
      all -= 1;
      const left = (coming.get(principal) ?? 1) - 1;
      if (left === 0) coming.delete(principal);
      else coming.set(principal, left);
    };
  }

  return async (request, service, caller) => {
    let leave: (() => void) | undefined;
    try {
      leave = enter(caller.kind === 'user' ? caller.user.sid : caller.credentialSid);
      if (Number(request.headers['content-length'] ?? 0) > limits.mediaBytesPerMessage + FORM_BYTES)
        throw tooLarge(limits);
      const { description, source } = await read(request);
      return await library.store(caller, service, description, source);
    } catch (error) {
      if (!request.raw.complete) linger(request, clock);
      const brokeOff = request.raw.destroyed && !request.raw.complete && !(error instanceof UploadRefused);
      if (brokeOff) throw new HttpError(400, 20001, 'The upload broke off.');
      throw error;
    } finally {
      leave?.();
    }
  };
}

/** How long a refused sender may go on, so that it comes to read the refusal: a connection that is closed at once loses it. */
const LINGER_MS = 2_000;

/** Passes over what is still to come, and ends the connection if it does not end by itself. */
function linger({ raw }: FastifyRequest, clock: Clock): void {
  raw.unpipe();
  raw.resume();
  const cancel = clock.setTimer(() => raw.socket.destroy(), LINGER_MS);
  raw.once('close', cancel);
}

/** What a form has around its file. */
const FORM_BYTES = 64 * 1024;

interface Incoming {
  description: FileDescription;
  source: AsyncIterable<unknown>;
}

async function read(request: FastifyRequest): Promise<Incoming> {
  const category = CATEGORIES.find((one) => one === (queryOf(request, 'Category') ?? 'media'));
  if (category === undefined) throw invalidParameter(`Category must be one of ${CATEGORIES.join(', ')}.`, 'Category');
  const filename = queryOf(request, 'Filename');
  if (request.isMultipart()) {
    const part = await request.file();
    if (part === undefined) throw invalidParameter('The form has no file.');
    const contentType = part.mimetype || UNKNOWN_TYPE;
    const description = { contentType, filename: filename ?? part.filename, category, multipart: true };
    return { description, source: part.file };
  }
  const contentType = request.headers['content-type'] ?? UNKNOWN_TYPE;
  // Who is refused in the middle has still to be told so, on the connection that the stream would take with it.
  return {
    description: { contentType, filename, category, multipart: false },
    source: request.raw.iterator({ destroyOnReturn: false }),
  };
}

function queryOf({ query }: FastifyRequest, name: string): string | undefined {
  const value: unknown = typeof query === 'object' && query !== null ? Reflect.get(query, name) : undefined;
  if (value === undefined || value === '' || typeof value === 'string') return value || undefined;
  throw invalidParameter(`${name} must be given once.`, name);
}
