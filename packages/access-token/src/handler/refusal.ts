/** A request that gets no token. `message` is public; `reason` is for the log, and holds no credentials. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    { status, code, message }: PublicRefusal,
    reason: string,
    { headers = {}, cause }: { headers?: Readonly<Record<string, string>>; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.status = status;
    this.code = code;
    this.reason = reason;
    this.headers = headers;
  }
}

interface PublicRefusal {
  readonly status: number;
  readonly code: number;
  readonly message: string;
}

/** What is told to callers: the codes of the REST API (REST API 4), and no detail. */
export const REFUSALS = {
  unauthenticated: { status: 401, code: 20003, message: 'Authenticate' },
  forbidden: { status: 403, code: 20003, message: 'Forbidden' },
  foreignOrigin: { status: 403, code: 20003, message: 'Pages of this origin may not ask for a token' },
  method: { status: 405, code: 20004, message: 'Ask for a token with POST' },
  tooMany: { status: 429, code: 20429, message: 'Too many requests' },
  internal: { status: 500, code: 20500, message: 'An internal error occurred' },
  unavailable: { status: 503, code: 20503, message: 'Tokens cannot be made now; ask again later' },
} as const satisfies Record<string, PublicRefusal>;
