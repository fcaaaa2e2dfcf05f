import type { IdentityFaultCode } from '../shared/identity.ts';

/** Stable names of what can be wrong with the arguments of `createAccessToken`. */
export type AccessTokenErrorCode =
  | IdentityFaultCode
  | 'invalid_options'
  | 'invalid_account_sid'
  | 'invalid_api_key'
  | 'invalid_api_secret'
  | 'invalid_ttl'
  | 'invalid_not_before'
  | 'invalid_now'
  | 'invalid_grants'
  | 'missing_grant'
  | 'unknown_grant'
  | 'invalid_service_sid'
  | 'invalid_deployment_role_sid'
  | 'invalid_push_credential_sid'
  | 'invalid_endpoint_id'
  | 'token_too_long';

/**
 * An argument that no usable token can be made from. `code` is stable, `argument` is the path of the argument
 * (`grants.chat.serviceSid`), `message` says what to do. Text that was given is never repeated: a secret passed in the
 * wrong place must not end in a log.
 */
export class AccessTokenError extends Error {
  override readonly name = 'AccessTokenError';
  readonly code: AccessTokenErrorCode;
  readonly argument: string;

  constructor(code: AccessTokenErrorCode, argument: string, message: string) {
    super(message);
    this.code = code;
    this.argument = argument;
  }
}
