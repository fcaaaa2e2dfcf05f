/** Stable names of what can be wrong with the set-up of a token endpoint. */
export type TokenHandlerErrorCode =
  | 'invalid_authenticator'
  | 'invalid_origin'
  | 'wildcard_origin'
  | 'invalid_limit'
  | 'invalid_secret'
  | 'invalid_cookie'
  | 'invalid_identity'
  | 'invalid_token_hash'
  | 'invalid_url'
  | 'invalid_algorithm'
  | 'invalid_audience'
  | 'invalid_header_name';

/**
 * A token endpoint that cannot be set up as it was asked for. `code` is stable, `argument` is the path of the argument, `message` says
 * what to do. Thrown while the endpoint is made, never while it answers. Secrets are not repeated.
 */
export class TokenHandlerError extends Error {
  override readonly name = 'TokenHandlerError';
  readonly code: TokenHandlerErrorCode;
  readonly argument: string;

  constructor(code: TokenHandlerErrorCode, argument: string, message: string) {
    super(message);
    this.code = code;
    this.argument = argument;
  }
}
