/** What a chat client may use: one Conversation Service, and optionally a role, a push credential, an endpoint id. */
export interface ChatGrantOptions {
  /** The Conversation Service that the client joins (`IS…`). */
  serviceSid: string;
  /** Device session, as the first chat release named it. Today's SDKs do not need it. */
  endpointId?: string | undefined;
  /** Service-level role of the user (`RL…`). */
  deploymentRoleSid?: string | undefined;
  /** Credential for push registrations of this client (`CR…`). */
  pushCredentialSid?: string | undefined;
}

/** What a Sync client may use. */
export interface SyncGrantOptions {
  /** The Sync Service (`IS…`), or `default`. */
  serviceSid: string;
  endpointId?: string | undefined;
}

/** Which video room a client may enter: the one that is named, or any when none is. */
export interface VideoGrantOptions {
  /** Name or SID of the room. */
  room?: string | undefined;
}

/** Which calls a client may take and place. */
export interface VoiceGrantOptions {
  /** Whether calls to the identity may reach this client. */
  incomingAllow?: boolean | undefined;
  /** The application that places the client's calls (`AP…`). */
  outgoingApplicationSid?: string | undefined;
  /** Parameters of the request to that application. */
  outgoingApplicationParams?: object | undefined;
  pushCredentialSid?: string | undefined;
  endpointId?: string | undefined;
}

/** What a TaskRouter client may act on. */
export interface TaskRouterGrantOptions {
  /** `WS…` */
  workspaceSid?: string | undefined;
  /** `WK…` */
  workerSid?: string | undefined;
  role?: string | undefined;
}

/** What a player may play. */
export interface PlaybackGrantOptions {
  /** The grant that the API gave; it is copied as it is. */
  grant?: object | undefined;
}

/** The legacy grant of a video product that was called Conversations before today's. */
export interface ConversationsGrantOptions {
  /** `VS…` */
  configurationProfileSid?: string | undefined;
}

/** The grants of a token, at least one of them. */
export interface GrantOptions {
  chat?: ChatGrantOptions | undefined;
  dataSync?: SyncGrantOptions | undefined;
  video?: VideoGrantOptions | undefined;
  voice?: VoiceGrantOptions | undefined;
  taskRouter?: TaskRouterGrantOptions | undefined;
  player?: PlaybackGrantOptions | undefined;
  /** The chat grant by the name that it had in the first chat release. */
  ipMessaging?: ChatGrantOptions | undefined;
  rtc?: ConversationsGrantOptions | undefined;
}

/** Options whose members may all be missing, until they are checked when the token is made. */
export type Unchecked<Options> = { [Member in keyof Options]?: Options[Member] | undefined };
