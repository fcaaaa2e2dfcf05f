/** The seed cannot be read or applied. The message names the place in it. */
export class SeedError extends Error {
  override readonly name = 'SeedError';
}

/** What each entry of a seed knows of itself. */
interface Entry {
  /** Where it stands, for people: `conversations[0].messages[3] (line 12)`. */
  readonly place: string;
  /** The same wherever it stands: what is done once, and what its SID is made from, goes by it. */
  readonly key: string;
}

/** What a server is to hold when it starts, checked for its form only: the commands that make it check the rest. */
export interface Seed {
  /** Of what was read: two seeds with the same are the same. */
  readonly hash: string;
  readonly services: readonly ServiceSeed[];
}

export interface ServiceSeed extends Entry {
  /** Undefined: the account's default service. */
  readonly friendlyName: string | undefined;
  readonly roles: readonly RoleSeed[];
  readonly users: readonly UserSeed[];
  readonly conversations: readonly ConversationSeed[];
}

export interface RoleSeed extends Entry {
  readonly friendlyName: string;
  readonly type: 'service' | 'conversation';
  readonly permissions: readonly string[];
}

export interface UserSeed extends Entry {
  readonly identity: string;
  readonly friendlyName: string | undefined;
  readonly attributes: string | undefined;
  /** A service role, by its name. */
  readonly role: string | undefined;
}

export interface ConversationSeed extends Entry {
  readonly uniqueName: string | undefined;
  readonly friendlyName: string | undefined;
  readonly attributes: string | undefined;
  readonly state: 'active' | 'inactive' | 'closed';
  readonly inactiveTimer: string | undefined;
  readonly closedTimer: string | undefined;
  /** In ms. */
  readonly createdAt: number | undefined;
  readonly participants: readonly ParticipantSeed[];
  readonly messages: readonly MessageSeed[];
}

export interface ParticipantSeed extends Entry {
  readonly identity: string | undefined;
  readonly address: string | undefined;
  readonly proxyAddress: string | undefined;
  readonly projectedAddress: string | undefined;
  readonly attributes: string | undefined;
  /** A conversation role, by its name. */
  readonly role: string | undefined;
  readonly lastReadMessageIndex: number | undefined;
}

export interface MessageSeed extends Entry {
  readonly author: string | undefined;
  readonly body: string | undefined;
  readonly subject: string | undefined;
  readonly attributes: string | undefined;
  /** In ms. */
  readonly createdAt: number | undefined;
}
