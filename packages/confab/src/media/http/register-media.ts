import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type FoundMedia, findLinkedMedia, findMediaFor, type ServiceRef } from '../../domain/index.ts';
import { HttpError, mediaOriginFor, resourceNotFound } from '../../http/index.ts';
import { isSid } from '../../sid.ts';
import { callerOf, type MediaPermission } from './caller.ts';
import { contentSender } from './content.ts';
import type { Caller, MediaHttpContext } from './context.ts';
import type { LinkedKind } from './links.ts';
import { mediaSetOf } from './media-set.ts';
import { recordView } from './record-view.ts';
import { endAfterAnswer, uploader } from './upload.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls the media service, and for which service. Set before anything of the body is read. */
    media: { caller: Caller; service: ServiceRef } | null;
  }
}

const BASE = '/v1/Services/:ChatServiceSid';

/** A set of the longest list. */
const SET_BYTES = 64 * 1024;

/** Adds the media service to the application (lifecycle 9, protocol 10.6). */
export function registerMedia(app: FastifyInstance, context: MediaHttpContext): void {
  const { config, read, clock, limits, links } = context;
  const sendContent = contentSender(context);
  const upload = uploader(context);
  const oldest = (): number => clock.now() - limits.mediaUnattachedMs;

  const admit = (permission: MediaPermission) => async (request: FastifyRequest) => {
    request.media = await callerOf(request, context, app.requireAccount, permission);
  };

  async function find(request: FastifyRequest, sid: string): Promise<FoundMedia | undefined> {
    const { caller, service } = mediaOf(request);
    return sid.includes('\0') ? undefined : findMediaFor(read, caller, service, sid, oldest());
  }

  async function require(request: FastifyRequest<Named>): Promise<FoundMedia> {
    const row = await find(request, request.params.Sid);
    if (row === undefined) throw resourceNotFound(request);
    return row;
  }

  const view = (request: FastifyRequest, row: FoundMedia) =>
    recordView(row, { ...mediaOf(request), base: mediaOriginFor(request.raw, config), links });

  app.register(async (scope) => {
    scope.decorateRequest('media', null);
    scope.removeAllContentTypeParsers();
    // Bodies are files of whatever type: none of them is read before it is known where it goes.
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    const { default: multipart } = await import('@fastify/multipart');
    await scope.register(multipart, {
      limits: { files: 1, fields: 10, parts: 11, fieldSize: 1024, fileSize: Infinity },
    });

    scope.route({
      method: 'POST',
      url: `${BASE}/Media`,
      config: { longBody: true },
      onRequest: admit('services.media/create'),
      // A long body is bounded by what takes it in. Who is answered without that, or before its end, does not go on.
      onResponse(request, _reply, done) {
        endAfterAnswer(request, clock);
        done();
      },
      async handler(request, reply) {
        const { caller, service } = mediaOf(request);
        const row = await upload(request, service, caller);
        reply.code(201);
        return view(request, { ...row, conversation_sid: null });
      },
    });

    scope.route<Named>({
      method: ['GET', 'HEAD'],
      url: `${BASE}/Media/:Sid`,
      onRequest: admit('services.media/read'),
      handler: async (request) => view(request, await require(request)),
    });

    scope.route<Named>({
      method: ['GET', 'HEAD'],
      url: `${BASE}/Media/:Sid/Content`,
      onRequest: admit('services.media/read'),
      handler: async (request, reply) => {
        const { caller } = mediaOf(request);
        const user = caller.kind === 'user' ? caller.user.sid : undefined;
        return sendContent(request, reply, await require(request), { kind: 'Content', user });
      },
    });

    for (const kind of ['Content', 'Thumbnail'] as const) {
      scope.route<Linked>({
        method: ['GET', 'HEAD'],
        url: `${BASE}/Media/:Sid/Temporary/${kind}`,
        handler: async (request, reply) => {
          const { row, user } = await linked(request, kind);
          return sendContent(request, reply, row, { kind, user });
        },
      });
    }
  });

  app.register(async (scope) => {
    scope.decorateRequest('media', null);
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'string', bodyLimit: SET_BYTES },
      scope.getDefaultJsonParser('error', 'error'),
    );
    scope.route({
      method: 'POST',
      url: `${BASE}/MediaSet`,
      onRequest: admit('services.media/read'),
      async handler(request) {
        const answers: object[] = [];
        for (const sid of mediaSetOf(request.body, limits.pageSizeMaximum)) {
          const row = await find(request, sid);
          answers.push(
            row === undefined ? { code: 404, media_record: { sid } } : { code: 200, media_record: view(request, row) },
          );
        }
        return answers;
      },
    });
  });

  /** The file of a temporary link. Who made the link up learns nothing from the answer. */
  async function linked(
    request: FastifyRequest<Linked>,
    kind: LinkedKind,
  ): Promise<{ row: FoundMedia; user: string | undefined }> {
    const { ChatServiceSid: serviceSid, Sid: sid } = request.params;
    const { Viewer: viewer, Expires: expires, Signature: signature } = request.query;
    const judged =
      typeof viewer === 'string' && typeof expires === 'string' && typeof signature === 'string'
        ? links.judge({ serviceSid, sid, kind, viewer }, expires, signature)
        : 'forged';
    if (judged === 'expired') throw new HttpError(403, 20403, 'The link has expired: ask for the record again.');
    if (judged === 'forged' || typeof viewer !== 'string') throw new HttpError(403, 20403, 'The link is not right.');
    const row = await findLinkedMedia(read, { serviceSid, sid, viewer }, oldest());
    if (row === undefined) throw resourceNotFound(request);
    return { row, user: isSid('US', viewer) ? viewer : undefined };
  }
}

interface Named {
  Params: { ChatServiceSid: string; Sid: string };
}

interface Linked extends Named {
  Querystring: { Viewer?: unknown; Expires?: unknown; Signature?: unknown };
  Reply: FastifyReply;
}

function mediaOf({ media }: FastifyRequest) {
  if (media === null) throw new Error('The request was not authenticated.');
  return media;
}
