/** Who asks for a token, as the app's own login knows them. */
export interface Caller {
  /** Who the client will be. It comes from the login, never from the request's own words. */
  readonly identity: string;
  /** Service role of the user (`RL…`), for the chat grant. */
  readonly deploymentRoleSid?: string | undefined;
  /** When the login session ends, Unix seconds. The token ends with it at the latest. */
  readonly sessionEndsAt?: number | undefined;
}

/** Nobody is signed in. The reason is for the log: the answer does not tell it. */
export interface Refused {
  readonly refused: string;
}

/** It cannot be found out now. The reason is for the log. Answered with 503. */
export interface Unavailable {
  readonly unavailable: string;
}

/** What an authenticator found out. `undefined` is a refusal without a reason. */
export type Authentication = Caller | Refused | Unavailable | undefined;

/** Says who sent a request. It reads the headers: adapters hand on no body. What it throws is answered with 500. */
export type Authenticate = (request: Request) => Authentication | PromiseLike<Authentication>;

/** One way to know the caller. */
export interface Authenticator {
  readonly authenticate: Authenticate;
  /**
   * Whether a browser adds the credentials by itself, as it does with cookies and remembered passwords. If so, pages of origins that are
   * not listed are refused, and `*` is no list.
   */
  readonly ambient: boolean;
  /** `WWW-Authenticate` of a 401 (RFC 9110 11.6.1). */
  readonly challenge?: string | undefined;
}

/** What signs the tokens. */
export interface TokenCredentials {
  readonly accountSid: string;
  /** SID of a Main or Standard API key. */
  readonly apiKey: string;
  readonly apiSecret: string;
}

/** What an adapter knows of the sender besides the request. */
export interface Sender {
  /** The address that the limit per caller counts by. Absent: callers cannot be told apart, and only identities are limited. */
  readonly address?: string | undefined;
  /** The id of the request in the logs of whoever serves it; stands in the records of `onMint` and `onRefuse`. */
  readonly requestId?: string | undefined;
}

/** Answers one request. Never rejects. */
export type TokenHandler = (request: Request, sender?: Sender) => Promise<Response>;
