import type { TunnelRequest, TunnelResponse } from './tunnel-request.ts';

export type Handler<Context> = (
  context: Context,
  request: TunnelRequest,
  path: readonly string[],
) => Promise<TunnelResponse>;

export interface Route<Context> {
  method: string;
  /**
   * Segments; `*` matches any one, and is handed to the handler in order. `**` at the end matches one or more, and is handed over as the
   * text that came, slashes in it and not decoded.
   */
  pattern: string;
  handler: Handler<Context>;
}

export interface Match<Context> {
  handler: Handler<Context>;
  path: readonly string[];
}

/** Finds the handler for a request by method and path; the host that it names does not matter (protocol 1). */
export function createRouter<Context>(
  routes: readonly Route<Context>[],
): (request: TunnelRequest) => Match<Context> | undefined {
  const table = routes.map(({ method, pattern, handler }) => ({
    method,
    handler,
    segments: pattern.split('/').slice(1),
  }));
  return (request) => {
    for (const route of table) {
      if (route.method !== request.method) continue;
      const path = matchSegments(route.segments, request);
      if (path !== undefined) return { handler: route.handler, path };
    }
    return undefined;
  };
}

function matchSegments(
  pattern: readonly string[],
  { segments, rawSegments }: Pick<TunnelRequest, 'segments' | 'rawSegments'>,
): string[] | undefined {
  const takesRest = pattern.at(-1) === '**';
  if (takesRest ? segments.length < pattern.length : segments.length !== pattern.length) return undefined;
  const wild: string[] = [];
  for (const [at, segment] of segments.entries()) {
    // PostgreSQL has no text with a NUL character, so that nothing can be called that.
    if (segment.includes('\0')) return undefined;
    if (takesRest && at >= pattern.length - 1) continue;
    if (pattern[at] === '*') wild.push(segment);
    else if (pattern[at] !== segment) return undefined;
  }
  if (takesRest) wild.push(rawSegments.slice(pattern.length - 1).join('/'));
  return wild;
}
