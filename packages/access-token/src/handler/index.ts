export { type ExpressRequest, toExpressHandler } from './adapters/express.ts';
export { toFastifyHandler } from './adapters/fastify.ts';
export { toHonoHandler } from './adapters/hono.ts';
export { toNextRoute } from './adapters/next.ts';
export { toNodeListener } from './adapters/node.ts';
export { addressBlock } from './address-block.ts';
export { type ApiToken, type BearerTokenOptions, bearerToken, hashApiToken } from './bearer-token.ts';
export { createTokenHandler, type RefusalRecord, type TokenHandlerOptions } from './create-token-handler.ts';
export { type ForwardAuthOptions, forwardAuth } from './forward-auth.ts';
export { type HttpBasicOptions, httpBasic } from './http-basic.ts';
export type { Limit, LimitOptions } from './limits.ts';
export { createMemoryLimitStore, type LimitStore, type LimitUse } from './memory-limit-store.ts';
export type { MintRecord, TokenAnswer } from './mint.ts';
export type { Algorithm } from './oidc/algorithms.ts';
export { type OidcTokenOptions, oidcToken } from './oidc/oidc-token.ts';
export { safeEqual } from './safe-equal.ts';
export { type Session, type SessionCookie, type SessionCookieOptions, sessionCookie } from './session-cookie.ts';
export { TokenHandlerError, type TokenHandlerErrorCode } from './token-handler-error.ts';
export type {
  Authenticate,
  Authentication,
  Authenticator,
  Caller,
  Refused,
  Sender,
  TokenCredentials,
  TokenHandler,
  Unavailable,
} from './types.ts';
