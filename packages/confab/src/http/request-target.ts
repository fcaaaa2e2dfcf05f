import type { FastifyRequest } from 'fastify';

const SCHEME_AND_AUTHORITY = /^https?:\/\/[^/?#]*/i;

/** The path of the request as it was sent: no query, no authority, still percent-encoded. */
export function pathOf({ url }: Pick<FastifyRequest, 'url'>): string {
  const target = url.startsWith('/') ? url : url.replace(SCHEME_AND_AUTHORITY, '');
  const query = target.indexOf('?');
  return (query === -1 ? target : target.slice(0, query)) || '/';
}
