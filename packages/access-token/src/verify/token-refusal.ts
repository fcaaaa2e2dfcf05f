const publicMessages = {
  20101: 'Invalid Access Token',
  20102: 'Invalid Access Token header',
  20103: 'Invalid Access Token issuer/subject',
  20104: 'Access Token expired or expiration date invalid',
  20105: 'Access Token not yet valid',
  20106: 'Invalid Access Token grants',
  20107: 'Invalid Access Token signature',
} as const;

export type RefusalCode = keyof typeof publicMessages;

/**
 * A token that is not accepted (access tokens 4). `code`, `status` and `message` are public. `reason` says exactly what
 * is wrong, for logs and development mode: it never holds the token, its signature or a secret, nor any text from the
 * token that was not checked for its shape first.
 *
 * The caller makes refusals of its own with the same class: `throw new TokenRefusal(20106, 'the service is unknown')`.
 */
export class TokenRefusal extends Error {
  override readonly name = 'TokenRefusal';
  readonly status = 401;
  readonly code: RefusalCode;
  readonly reason: string;

  constructor(code: RefusalCode, reason: string) {
    super(publicMessages[code]);
    this.code = code;
    this.reason = reason;
  }
}
