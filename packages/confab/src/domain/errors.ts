/**
 * A refusal that the caller is told: the product's numeric code, the HTTP status that goes with it, and a message that says what to fix.
 * REST and the SDK's tunnel both answer with it (REST API 4, protocol 7.2).
 */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: number;
  readonly status: number;
  /** The parameter at fault, by its name in REST. */
  readonly parameter: string | undefined;

  constructor(code: number, status: number, message: string, parameter?: string) {
    super(message);
    this.code = code;
    this.status = status;
    this.parameter = parameter;
  }
}

/** There were too many changes of late. Nothing was done: to send it again is safe (REST API 5). */
export class RateExceeded extends DomainError {
  /** Whole seconds after which there is room again. */
  readonly retryAfter: number;

  constructor(retryAfter: number) {
    super(20429, 429, 'Too Many Requests');
    this.retryAfter = retryAfter;
  }
}

/** The resource does not exist, or belongs to somebody else: the two cannot be told apart from outside. */
export function notFound(what: string): DomainError {
  return new DomainError(20404, 404, `The requested resource ${what} was not found`);
}

export function invalidParameter(message: string, parameter?: string): DomainError {
  return new DomainError(20001, 400, message, parameter);
}

/** Wording and status of the first four were seen from the original service (protocol 7.2). */
export const refusals = {
  notAllowed: () => new DomainError(50107, 403, 'User unauthorized for command'),
  notParticipant: () => new DomainError(50430, 403, 'User not participant of conversation'),
  participantExists: () => new DomainError(50433, 409, 'Participant already exists', 'Identity'),
  groupParticipantExists: () => new DomainError(50437, 409, 'Group MMS participant already exists'),
  uniqueNameTaken: () =>
    new DomainError(50353, 409, 'Conversation with provided unique name already exists', 'UniqueName'),
  conversationInitializing: () =>
    new DomainError(
      20001,
      409,
      'The conversation is initializing: it can be changed when its participants have been added',
    ),
  conversationClosed: () => new DomainError(50377, 400, "Can't update conversation as it's in final closed state"),
} as const;
