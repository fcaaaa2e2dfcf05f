export { type IdentityFault, type IdentityFaultCode, identityFault, MAX_IDENTITY_LENGTH } from '../shared/identity.ts';
export type { KeyRecord } from './key-record.ts';
export type { ChatGrantClaims, GrantClaims, SyncGrantClaims } from './read-grants.ts';
export type {
  ConversationsGrantClaims,
  TaskRouterGrantClaims,
  VideoGrantClaims,
  VoiceGrantClaims,
} from './read-other-grants.ts';
export { type RefusalCode, TokenRefusal } from './token-refusal.ts';
export { type AccessTokenClaims, type VerifyOptions, verifyAccessToken } from './verify-access-token.ts';
