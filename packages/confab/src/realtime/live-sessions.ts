import type { CancelTimer, Clock } from '../clock.ts';
import {
  type ConnectionControl,
  type LiveKey,
  liveKeysAndUsers,
  matchesFilter,
  type ReadDb,
  type Recheck,
  type SessionFilter,
} from '../domain/index.ts';
import type { Line } from './line.ts';
import type { SigningSecret } from './login.ts';
import { createSessionEnds } from './session-ends.ts';

/** A logged-in connection, as the operator and the checks of its rights see it. */
export interface LiveSession {
  readonly connectionId: string;
  readonly accountSid: string;
  readonly apiKeySid: string;
  readonly secret: SigningSecret;
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
  /** How often sessions of its account had been ended when its token was looked at: only later ends concern it. */
  readonly sessionEnds: number;
  readonly line: Pick<Line, 'traffic' | 'shape' | 'lastReceivedAt' | 'observer'>;
  /** How many Sync objects it is subscribed to. */
  subscriptions(): number;
  /** Looks again at what its user may still see. */
  recheckRights(): void;
  /** The rights behind the session are gone: it is dropped, and its token refused when the client dials again. */
  drop(reason: string): void;
  /** The operator ends it: the client is told to stay away. */
  end(): void;
  /** The operator does something else to its connection. */
  control(control: ConnectionControl): void;
}

/** The sessions of this node. */
export interface LiveSessions {
  /**
   * Adds a session whose rights were looked up since `mark` was taken: if anything was rechecked in the meantime, they are looked up
   * again, since the session was not there yet to be found. So they are for a token signed with a secret that will end.
   */
  add(session: LiveSession, mark: number): void;
  /** Taken before a session's rights are looked up. */
  mark(): number;
  remove(session: LiveSession): void;
  /** Ends the session if the operator did, however late the hint is. To be called before a new token takes its place: that is no way round. */
  applyEnds(session: LiveSession): Promise<void>;
  list(filter?: SessionFilter): LiveSession[];
  /** Looks in the database whether the sessions that these rechecks concern are still good, and ends those that are not. */
  recheck(rechecks: readonly Recheck[]): Promise<void>;
  /** The same for all sessions: a lost recheck is made good within the interval at which this is called. */
  recheckAll(): Promise<void>;
  /** Looks at nothing any more. */
  stop(): void;
}

export interface LiveSessionsOptions {
  read: ReadDb;
  clock: Clock;
  onError: (error: unknown) => void;
}

export function createLiveSessions({ read, clock, onError }: LiveSessionsOptions): LiveSessions {
  const sessions = new Set<LiveSession>();
  const ends = createSessionEnds(read, (session) => sessions.has(session));
  /** When the sessions of a key, by SID, are to be looked at because its old secret ends. */
  const secretEnds = new Map<string, CancelTimer>();
  /** How often rights were rechecked. */
  let rechecked = 0;

  async function endDead(concerned: readonly LiveSession[]): Promise<void> {
    const live = await liveKeysAndUsers(
      read,
      concerned.map((session) => session.apiKeySid),
      concerned.map((session) => session.userId),
    );
    for (const session of concerned) {
      // With a new token it is another session, which is looked at by itself.
      if (!sessions.has(session)) continue;
      const key = live.keys.get(session.apiKeySid);
      if (key === undefined) session.drop('the API key or its account was revoked');
      else if (!isSecretLive(session, key)) session.drop('the secret that its token was signed with was rotated out');
      else if (!live.users.has(session.userId)) session.drop('the user or its service was deleted');
    }
  }

  /** Rights do not come into it: the session looked them up after `mark`, as all are that are not there yet to be found. */
  async function recheckLate(session: LiveSession): Promise<void> {
    await endDead([session]);
    await ends.apply([session]);
  }

  const concernedBy = (rechecks: readonly Recheck[]): LiveSession[] =>
    rechecks.length === 0
      ? []
      : [...sessions].filter((session) => rechecks.some((recheck) => concerns(recheck, session)));

  /** Whether the session's token would still verify. If only for some time, its key is looked at again at the end of that. */
  function isSecretLive({ apiKeySid, secret: { version } }: LiveSession, key: LiveKey): boolean {
    if (version === key.secretVersion) return true;
    const endsAt = version === key.secretVersion - 1 ? key.previousEndsAt : null;
    if (endsAt === null || endsAt <= clock.now()) return false;
    secretEnds.get(apiKeySid)?.();
    const look = () => {
      secretEnds.delete(apiKeySid);
      endDead([...sessions].filter((session) => session.apiKeySid === apiKeySid)).catch(onError);
    };
    secretEnds.set(apiKeySid, clock.setTimer(look, endsAt - clock.now()));
    return true;
  }

  async function recheckSessions(concerned: readonly LiveSession[]): Promise<void> {
    for (const session of concerned) session.recheckRights();
    await endDead(concerned);
    await ends.apply(concerned);
  }

  return {
    add(session, mark) {
      sessions.add(session);
      if (mark !== rechecked || session.secret.isOld) recheckLate(session).catch(onError);
    },
    mark: () => rechecked,
    remove: (session) => void sessions.delete(session),
    applyEnds: (session) => ends.apply([session]),
    list: (filter = {}) => [...sessions].filter((session) => matchesFilter(session, filter)),
    async recheck(rechecks) {
      rechecked += 1;
      const ended = rechecks.filter(({ of }) => of === 'sessions');
      const others = rechecks.filter(({ of }) => of !== 'sessions');
      await Promise.all([ends.apply(concernedBy(ended)), recheckSessions(concernedBy(others))]);
    },
    recheckAll: () => recheckSessions([...sessions]),
    stop() {
      for (const cancel of secretEnds.values()) cancel();
      secretEnds.clear();
    },
  };
}

function concerns({ of, sid }: Recheck, session: LiveSession): boolean {
  switch (of) {
    case 'account':
    case 'sessions':
      return session.accountSid === sid;
    case 'api_key':
      return session.apiKeySid === sid;
    case 'service':
      return session.serviceSid === sid;
    case 'user':
      return session.userSid === sid;
    // Whose sessions ended when it began.
    case 'person':
      return false;
  }
}
