export { originFor } from './authority.ts';
export { notAuthenticated, type RequireAccount } from './basic-auth.ts';
export type { DefaultSids, HttpContext, MintedToken, MintToken, TokenRequest } from './context.ts';
export { createHttpApp } from './create-http-app.ts';
export { isHostAllowed, isRequestHostAllowed } from './host-check.ts';
export { HttpError } from './http-error.ts';
export { oncePerTurn } from './once-per-turn.ts';
export { requirePermission } from './require-permission.ts';
export { resourceNotFound } from './unknown-route.ts';
