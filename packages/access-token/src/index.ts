export { AccessToken, type AccessTokenOptions, type GrantLike } from './mint/access-token.ts';
export { AccessTokenError, type AccessTokenErrorCode } from './mint/access-token-error.ts';
export {
  type CreateAccessTokenOptions,
  createAccessToken,
  createAccessTokenAsync,
} from './mint/create-access-token.ts';
export type {
  ChatGrantOptions,
  ConversationsGrantOptions,
  GrantOptions,
  PlaybackGrantOptions,
  SyncGrantOptions,
  TaskRouterGrantOptions,
  VideoGrantOptions,
  VoiceGrantOptions,
} from './mint/grant-options.ts';
export {
  ChatGrant,
  ConversationsGrant,
  Grant,
  IpMessagingGrant,
  PlaybackGrant,
  SyncGrant,
  TaskRouterGrant,
  VideoGrant,
  VoiceGrant,
} from './mint/grants.ts';
export {
  friendlyNameWarnings,
  identityWarnings,
  type TokenWarning,
  type TokenWarningCode,
} from './shared/text-warnings.ts';
