import type { TokenHandler } from '../types.ts';

export interface NextOptions {
  /**
   * The sender's address, from the header that your platform sets and no client can, such as `x-real-ip`. Next.js knows no address itself.
   * Without it callers are not limited, only identities.
   */
  readonly addressOf?: ((request: Request) => string | undefined) | undefined;
}

type Route = (request: Request) => Promise<Response>;

/** Serves the endpoint as a route handler of the App Router: `export const { POST, OPTIONS } = toNextRoute(handler)`. */
export function toNextRoute(handler: TokenHandler, { addressOf }: NextOptions = {}): { POST: Route; OPTIONS: Route } {
  const route: Route = (request) => handler(request, { address: addressOf?.(request) });
  return { POST: route, OPTIONS: route };
}
