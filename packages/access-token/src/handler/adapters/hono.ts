import type { TokenHandler } from '../types.ts';

/** What is used of a Hono context. */
export interface HonoContext {
  readonly req: { readonly raw: Request };
}

export interface HonoOptions<Context> {
  /**
   * The sender's address. Hono runs in many places, and each tells it otherwise: `getConnInfo(c).remote.address` of the runtime's adapter, or
   * the header that your platform sets and no client can. Without it callers are not limited, only identities.
   */
  readonly addressOf?: ((context: Context) => string | undefined) | undefined;
}

/** Serves the endpoint with Hono: `app.all('/token', toHonoHandler(handler))`. */
export function toHonoHandler<Context extends HonoContext>(
  handler: TokenHandler,
  { addressOf }: HonoOptions<Context> = {},
): (context: Context) => Promise<Response> {
  return (context) => handler(context.req.raw, { address: addressOf?.(context) });
}
