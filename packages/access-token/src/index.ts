export { AccessTokenError, type AccessTokenErrorCode } from './mint/access-token-error.ts';
export { type CreateAccessTokenOptions, createAccessToken } from './mint/create-access-token.ts';
export type { ChatGrantOptions, GrantOptions, SyncGrantOptions } from './mint/grants.ts';
