import { type GrantClaim, type GrantForm, grantForm, writeGrant } from './grant-claims.ts';
import type { GrantKind } from './grant-kinds.ts';
import type {
  ChatGrantOptions,
  ConversationsGrantOptions,
  PlaybackGrantOptions,
  SyncGrantOptions,
  TaskRouterGrantOptions,
  Unchecked,
  VideoGrantOptions,
  VoiceGrantOptions,
} from './grant-options.ts';

/**
 * What a token lets its client use in one product. The classes of this module have the names and arguments of the official
 * Node library. Their members may be set after construction; they are checked when the token is made.
 */
export abstract class Grant {
  /** The grant's key in the token. */
  declare readonly key: string;

  constructor(key: string) {
    this.key = key;
  }

  /**
   * The grant as the token carries it.
   *
   * @throws {AccessTokenError} for a member that is not what it must be.
   */
  abstract toPayload(): GrantClaim;
}

abstract class KnownGrant extends Grant {
  readonly #form: GrantForm;

  constructor(kind: GrantKind, options: object | undefined) {
    const form = grantForm(kind);
    super(form.key);
    this.#form = form;
    const members: Record<string, unknown> = {};
    const given = Object(options);
    for (const { name } of form.members) members[name] = given[name];
    Object.assign(this, members);
  }

  toPayload(): GrantClaim {
    return writeGrant(this.#form, this);
  }
}

/** Conversations: the one that a chat client needs. */
export class ChatGrant extends KnownGrant {
  declare serviceSid: string | undefined;
  declare endpointId: string | undefined;
  declare deploymentRoleSid: string | undefined;
  declare pushCredentialSid: string | undefined;

  constructor(options?: Unchecked<ChatGrantOptions>) {
    super('chat', options);
  }
}

/** The chat grant by the name that it had in the first chat release. */
export class IpMessagingGrant extends KnownGrant {
  declare serviceSid: string | undefined;
  declare endpointId: string | undefined;
  declare deploymentRoleSid: string | undefined;
  declare pushCredentialSid: string | undefined;

  constructor(options?: Unchecked<ChatGrantOptions>) {
    super('ipMessaging', options);
  }
}

/** Sync. */
export class SyncGrant extends KnownGrant {
  declare serviceSid: string | undefined;
  declare endpointId: string | undefined;

  constructor(options?: Unchecked<SyncGrantOptions>) {
    super('dataSync', options);
  }
}

/** Video rooms. */
export class VideoGrant extends KnownGrant {
  declare room: string | undefined;

  constructor(options?: VideoGrantOptions) {
    super('video', options);
  }
}

/** Calls. */
export class VoiceGrant extends KnownGrant {
  declare incomingAllow: boolean | undefined;
  declare outgoingApplicationSid: string | undefined;
  declare outgoingApplicationParams: object | undefined;
  declare pushCredentialSid: string | undefined;
  declare endpointId: string | undefined;

  constructor(options?: VoiceGrantOptions) {
    super('voice', options);
  }
}

/** TaskRouter. */
export class TaskRouterGrant extends KnownGrant {
  declare workspaceSid: string | undefined;
  declare workerSid: string | undefined;
  declare role: string | undefined;

  constructor(options?: TaskRouterGrantOptions) {
    super('taskRouter', options);
  }
}

/** Players of live streams. */
export class PlaybackGrant extends KnownGrant {
  declare grant: object | undefined;

  constructor(options?: PlaybackGrantOptions) {
    super('player', options);
  }
}

/** A video product that was called Conversations before today's. */
export class ConversationsGrant extends KnownGrant {
  declare configurationProfileSid: string | undefined;

  constructor(options?: ConversationsGrantOptions) {
    super('rtc', options);
  }
}
