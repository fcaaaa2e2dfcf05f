export interface HttpErrorOptions {
  /** Machine-readable particulars, as the official libraries hand them on (REST API 4). */
  details?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
}

/** A refusal that is about the request rather than about the domain. Answered like a DomainError. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly code: number;
  readonly details: Readonly<Record<string, string>> | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: number, message: string, { details, headers = {} }: HttpErrorOptions = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
    this.headers = headers;
  }
}
