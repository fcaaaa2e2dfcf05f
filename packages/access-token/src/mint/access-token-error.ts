import type { IdentityFaultCode } from '../shared/identity.ts';

/** Stable names of what can be wrong when a token is made. */
export type AccessTokenErrorCode =
  | IdentityFaultCode
  | 'invalid_options'
  | 'invalid_account_sid'
  | 'invalid_api_key'
  | 'invalid_api_secret'
  | 'invalid_ttl'
  | 'invalid_not_before'
  | 'invalid_region'
  | 'invalid_now'
  | 'invalid_grants'
  | 'missing_grant'
  | 'unknown_grant'
  | 'invalid_service_sid'
  | 'invalid_endpoint_id'
  | 'invalid_deployment_role_sid'
  | 'invalid_push_credential_sid'
  | 'invalid_room'
  | 'invalid_incoming_allow'
  | 'invalid_outgoing_application_sid'
  | 'invalid_outgoing_application_params'
  | 'invalid_workspace_sid'
  | 'invalid_worker_sid'
  | 'invalid_role'
  | 'invalid_grant'
  | 'invalid_configuration_profile_sid'
  | 'token_too_long'
  | 'unsupported_algorithm'
  | 'no_synchronous_crypto'
  | 'no_crypto';

/**
 * An argument that no usable token can be made from. `code` is stable, `argument` is the path of the argument
 * (`grants.chat.serviceSid`) under the name that the caller knows it by, `message` says what to do. Text that was given is
 * never repeated: a secret passed in the wrong place must not end in a log.
 *
 * `argument` is empty for `no_synchronous_crypto` and `no_crypto`, where the runtime lacks something.
 */
export class AccessTokenError extends Error {
  override readonly name = 'AccessTokenError';
  declare readonly code: AccessTokenErrorCode;
  declare readonly argument: string;

  constructor(code: AccessTokenErrorCode, argument: string, message: string) {
    super(message);
    this.code = code;
    this.argument = argument;
  }
}
