import type { MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import type { CancelTimer, Clock } from '../../clock.ts';
import type { DomainError, FileDescription, MediaRow, ServiceRef } from '../../domain/index.ts';
import { invalidParameter } from '../../domain/index.ts';
import { HttpError } from '../../http/index.ts';
import { PACE_MS, tooLarge, tooSlowly, UploadRefused } from '../receive-file.ts';
import type { Caller, MediaHttpContext } from './context.ts';
import { places } from './places.ts';

const CATEGORIES = ['media', 'body', 'history'] as const;

const UNKNOWN_TYPE = 'application/octet-stream';

export type Upload = (request: FastifyRequest, service: ServiceRef, caller: Caller) => Promise<MediaRow>;

/** Takes in what a request brings, as its whole body or as the file of a form, so many at a time (protocol 10.6). */
export function uploader({ library, limits, clock }: Pick<MediaHttpContext, 'library' | 'limits' | 'clock'>): Upload {
  const enter = places({
    all: limits.mediaUploadsAtOnce,
    each: limits.mediaUploadsAtOncePerUser,
    full: 'Too many files are coming in.',
  });

  return async (request, service, caller) => {
    let leave: (() => void) | undefined;
    try {
      leave = enter(caller.kind === 'user' ? caller.user.sid : caller.credentialSid);
      if (Number(request.headers['content-length'] ?? 0) > limits.mediaBytesPerMessage + FORM_BYTES)
        throw tooLarge(limits);
      const { description, source } = await read(request, clock);
      return await library.store(caller, service, description, source);
    } catch (error) {
      const brokeOff = request.raw.destroyed && !request.raw.complete && !(error instanceof UploadRefused);
      if (brokeOff) throw new HttpError(400, 20001, 'The upload broke off.');
      throw error;
    } finally {
      leave?.();
    }
  };
}

/** How long a sender may go on after the answer, so that it comes to read it: a connection that is closed at once loses it. */
const LINGER_MS = 2_000;

/** Once the request is answered, passes over what is still to come, and ends the connection if it does not end by itself. */
export function endAfterAnswer({ raw }: FastifyRequest, clock: Clock): void {
  if (raw.complete) return;
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

async function read(request: FastifyRequest, clock: Clock): Promise<Incoming> {
  const category = CATEGORIES.find((one) => one === (queryOf(request, 'Category') ?? 'media'));
  if (category === undefined) throw invalidParameter(`Category must be one of ${CATEGORIES.join(', ')}.`, 'Category');
  const filename = queryOf(request, 'Filename');
  const { 'content-encoding': encoding = 'identity' } = request.headers;
  if (encoding !== 'identity') {
    throw new HttpError(415, 20001, 'Files are kept byte for byte: send them without a Content-Encoding.', {
      headers: { 'Accept-Encoding': 'identity' },
    });
  }
  if (request.isMultipart()) {
    const part = await filePart(request, clock);
    const contentType = part.mimetype || UNKNOWN_TYPE;
    const description = { contentType, filename: filename ?? part.filename, category, multipart: true };
    return { description, source: bytesOf(part) };
  }
  const contentType = request.headers['content-type'] ?? UNKNOWN_TYPE;
  // Who is refused in the middle has still to be told so, on the connection that the stream would take with it.
  return {
    description: { contentType, filename, category, multipart: false },
    source: request.raw.iterator({ destroyOnReturn: false }),
  };
}

/** The first file of a form, which comes soon after its start. */
async function filePart(request: FastifyRequest, clock: Clock): Promise<MultipartFile> {
  let cancel: CancelTimer = () => {};
  const late = new Promise<never>((_, reject) => {
    cancel = clock.setTimer(() => reject(tooSlowly()), PACE_MS);
  });
  try {
    const part = await Promise.race([request.file(), late]);
    if (part !== undefined) return part;
  } catch (error) {
    throw isOwn(error) ? error : malformed();
  } finally {
    cancel();
  }
  throw invalidParameter('The form has no file.');
}

async function* bytesOf({ file }: MultipartFile): AsyncIterable<unknown> {
  try {
    yield* file;
  } catch (error) {
    throw isOwn(error) ? error : malformed();
  }
}

/** The parser's own refusals say what is wrong. The others are of the library below it. */
function isOwn(error: unknown): boolean {
  return error instanceof UploadRefused || (error instanceof Error && 'statusCode' in error);
}

function malformed(): DomainError {
  return invalidParameter('The form is malformed, or ends before its file does.');
}

function queryOf({ query }: FastifyRequest, name: string): string | undefined {
  const value: unknown = typeof query === 'object' && query !== null ? Reflect.get(query, name) : undefined;
  if (value === undefined || value === '' || typeof value === 'string') return value || undefined;
  throw invalidParameter(`${name} must be given once.`, name);
}
