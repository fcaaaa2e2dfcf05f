import { liveKeysAndUsers, type ReadDb, type Recheck } from '../domain/index.ts';

/** A logged-in connection, as the operator and the checks of its rights see it. */
export interface LiveSession {
  readonly connectionId: string;
  readonly accountSid: string;
  readonly apiKeySid: string;
  readonly serviceSid: string;
  readonly userId: number;
  readonly userSid: string;
  readonly identity: string;
  /** The token's `jti`, if it has one. */
  readonly tokenId: string | undefined;
  /** The client's word for itself. */
  readonly sdk: string;
  /** In ms. */
  readonly connectedAt: number;
  /** Unix seconds. */
  readonly tokenExpiresAt: number;
  /** Looks again at what its user may still see. */
  recheckRights(): void;
  /** The rights behind the session are gone: it is dropped, and its token refused when the client dials again. */
  drop(reason: string): void;
  /** The operator ends it: the client is told to stay away. */
  end(): void;
}

/** Which sessions are meant: all that match every given member. */
export interface SessionFilter {
  identity?: string | undefined;
  apiKeySid?: string | undefined;
  tokenId?: string | undefined;
  serviceSid?: string | undefined;
}

/** The sessions of this node. */
export interface LiveSessions {
  /**
   * Adds a session whose rights were looked up since `mark` was taken: if anything was rechecked in the meantime, they are looked up
   * again, since the session was not there yet to be found.
   */
  add(session: LiveSession, mark: number): void;
  /** Taken before a session's rights are looked up. */
  mark(): number;
  remove(session: LiveSession): void;
  list(filter?: SessionFilter): LiveSession[];
  /** Looks in the database whether the sessions that these rechecks concern are still good, and ends those that are not. */
  recheck(rechecks: readonly Recheck[]): Promise<void>;
  /** The same for all sessions: a lost recheck is made good within the interval at which this is called. */
  recheckAll(): Promise<void>;
}

export function createLiveSessions(read: ReadDb, onError: (error: unknown) => void): LiveSessions {
  const sessions = new Set<LiveSession>();
  /** How often rights were rechecked. */
  let rechecked = 0;

  async function endDead(concerned: readonly LiveSession[]): Promise<void> {
    const live = await liveKeysAndUsers(
      read,
      concerned.map((session) => session.apiKeySid),
      concerned.map((session) => session.userId),
    );
    for (const session of concerned) {
      if (!live.keys.has(session.apiKeySid)) session.drop('the API key or its account was revoked');
      else if (!live.users.has(session.userId)) session.drop('the user or its service was deleted');
    }
  }

  async function recheckSessions(concerned: readonly LiveSession[]): Promise<void> {
    for (const session of concerned) session.recheckRights();
    await endDead(concerned);
  }

  return {
    add(session, mark) {
      sessions.add(session);
      if (mark !== rechecked) endDead([session]).catch(onError);
    },
    mark: () => rechecked,
    remove: (session) => void sessions.delete(session),
    list: (filter = {}) => [...sessions].filter((session) => matches(session, filter)),
    async recheck(rechecks) {
      rechecked += 1;
      await recheckSessions([...sessions].filter((session) => rechecks.some((recheck) => concerns(recheck, session))));
    },
    recheckAll: () => recheckSessions([...sessions]),
  };
}

function matches(session: LiveSession, { identity, apiKeySid, tokenId, serviceSid }: SessionFilter): boolean {
  return (
    (identity === undefined || session.identity === identity) &&
    (apiKeySid === undefined || session.apiKeySid === apiKeySid) &&
    (tokenId === undefined || session.tokenId === tokenId) &&
    (serviceSid === undefined || session.serviceSid === serviceSid)
  );
}

function concerns({ of, sid }: Recheck, session: LiveSession): boolean {
  switch (of) {
    case 'account':
      return session.accountSid === sid;
    case 'api_key':
      return session.apiKeySid === sid;
    case 'service':
      return session.serviceSid === sid;
    case 'user':
      return session.userSid === sid;
  }
}
