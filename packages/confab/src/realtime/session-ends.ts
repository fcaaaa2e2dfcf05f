import { matchesFilter, type ReadDb, type SessionEnd, sessionEndsAfter } from '../domain/index.ts';
import type { LiveSession } from './live-sessions.ts';

/** Ends that are read at once. Each is held against every session of the account in one go. */
const ENDS_AT_ONCE = 100;

/** Applies what the operator ended, on whichever node, to sessions of this node. */
export interface SessionEnds {
  /** Ends those sessions that an end, committed since they logged in and not applied yet, concerns. */
  apply(sessions: readonly LiveSession[]): Promise<void>;
}

/** `isHere`: false for a session that went, or took a new token, while the database was read; nothing is done to it any more. */
export function createSessionEnds(read: ReadDb, isHere: (session: LiveSession) => boolean): SessionEnds {
  /** How many ends of its account's sessions each has survived, where it is more than at its login. */
  const survived = new WeakMap<LiveSession, number>();
  const survivedBy = (session: LiveSession): number => survived.get(session) ?? session.sessionEnds;

  function applyTo(session: LiveSession, ends: readonly SessionEnd[], newest: number): void {
    if (!isHere(session)) return;
    const before = survivedBy(session);
    survived.set(session, Math.max(before, newest));
    for (const end of ends) {
      if (end.number <= before || !matchesFilter(session, end)) continue;
      if (end.control === undefined) session.end();
      else session.control(end.control);
    }
  }

  async function applyOfAccount(accountSid: string, sessions: readonly LiveSession[]): Promise<void> {
    let from = sessions.reduce((least, session) => Math.min(least, survivedBy(session)), Number.POSITIVE_INFINITY);
    for (;;) {
      const ends = await sessionEndsAfter(read, accountSid, from, ENDS_AT_ONCE);
      const newest = ends.at(-1);
      if (newest === undefined) return;
      for (const session of sessions) applyTo(session, ends, newest.number);
      if (ends.length < ENDS_AT_ONCE) return;
      from = newest.number;
    }
  }

  return {
    async apply(sessions) {
      for (const [accountSid, ofAccount] of Map.groupBy(sessions, (session) => session.accountSid)) {
        await applyOfAccount(accountSid, ofAccount);
      }
    },
  };
}
