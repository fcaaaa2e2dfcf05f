import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HttpError } from './http-error.ts';
import { pathOf } from './request-target.ts';

/**
 * Answers what no route takes: 405 with `Allow` where other methods of the path are served, else 404. Routes are seen as they are added,
 * so this comes first.
 */
export function answerUnknownRoutes(app: FastifyInstance): void {
  const known = new Map<string, Set<string>>();

  app.addHook('onRoute', ({ url, method }) => {
    const methods = known.get(url) ?? new Set();
    for (const one of [method].flat()) methods.add(one);
    known.set(url, methods);
  });

  app.setNotFoundHandler((request: FastifyRequest, _reply: FastifyReply) => {
    const path = pathOf(request);
    const methods = [...known].filter(([pattern]) => matches(pattern, path)).flatMap(([, served]) => [...served]);
    if (methods.length === 0) throw resourceNotFound(request);
    const allowed = [...new Set(methods)].sort().join(', ');
    throw new HttpError(405, 20004, `${request.method} is not allowed here. Allowed: ${allowed}.`, {
      headers: { Allow: allowed },
    });
  });
}

/** The answer for whatever is not there, or is not the caller's: the two are not to be told apart (REST API 2). */
export function resourceNotFound(request: FastifyRequest): HttpError {
  return new HttpError(404, 20404, `The requested resource ${pathOf(request)} was not found`);
}

/** Whether the path is one of `/v1/Services/:Sid`. */
function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  return (
    wanted.length === given.length &&
    wanted.every((segment, at) => (segment.startsWith(':') ? given[at] !== '' : given[at] === segment))
  );
}
