import type { DatabaseSync } from 'node:sqlite';
import { type Fields, fieldsOf } from '../support/raw-frames.ts';

/** One COMMIT, of whatever node. Numbers rise by one. */
export interface Commit {
  readonly number: number;
  /** World time. */
  readonly at: number;
}

/** An entry of the event log. Ids rise in the order in which things were done, within a commit, too. */
export interface LogEntry {
  readonly id: number;
  readonly kind: string;
  readonly subject: string;
  readonly payload: Fields;
  readonly commit: Commit;
}

/** What was committed, and when: read from the event log and the counters within each COMMIT. The measure for all the rest. */
export interface Chronicle {
  readonly entries: readonly LogEntry[];
  entry(id: number): LogEntry | undefined;
  /** To be called within each COMMIT. */
  recordCommit(): Commit;
  onEntry(listener: (entry: LogEntry) => void): void;
  /**
   * What was done when this event of a conversation's Sync object came to be; undefined when there is no such event. Of a channel's
   * event it may be something that was done before, in the same commit.
   */
  causeOf(objectSid: string, event: number): LogEntry | undefined;
  /** Newest event of a Sync object in the database. */
  head(objectSid: string): number;
}

/** A conversation's Sync objects, and the kinds of log entries that each make one event. */
const CONVERSATION_OBJECTS = [
  { prefix: 'ET', column: 'channel_event', kinds: ['conversation.updated', 'message.added'] },
  { prefix: 'ES', column: 'messages_event', kinds: ['message.added', 'message.updated', 'message.removed'] },
  {
    prefix: 'MP',
    column: 'roster_event',
    kinds: ['participant.added', 'participant.updated', 'participant.removed', 'participant.read_horizon'],
  },
] as const;

const USER_OBJECTS: Readonly<Record<string, string>> = { MC: 'conversations_event', MU: 'info_event' };

/** `wrong` is told of counters that do not fit the event log. */
export function createChronicle(look: DatabaseSync, now: () => number, wrong: (what: string) => void): Chronicle {
  const newEntries = look.prepare('SELECT id, kind, subject_sid, payload FROM event_log WHERE id > ? ORDER BY id');
  const conversation = look.prepare(
    'SELECT channel_event, messages_event, roster_event FROM conversations WHERE sid = ?',
  );
  const user = look.prepare('SELECT conversations_event, info_event FROM users WHERE sid = ?');
  const entries: LogEntry[] = [];
  const byId = new Map<number, LogEntry>();
  const listeners: ((entry: LogEntry) => void)[] = [];
  /** By object, what made each of its events. */
  const causes = new Map<string, LogEntry[]>();
  let commits = 0;
  let lastId = 0;

  function causesOf(objectSid: string): LogEntry[] {
    const known = causes.get(objectSid) ?? [];
    causes.set(objectSid, known);
    return known;
  }

  function conversationOf({ subject, payload }: LogEntry): string | undefined {
    if (subject.startsWith('CH')) return subject;
    return typeof payload.conversation_sid === 'string' ? payload.conversation_sid : undefined;
  }

  function recordEvents(made: readonly LogEntry[]): void {
    for (const [sid, of] of Map.groupBy(made, conversationOf)) {
      if (sid === undefined) continue;
      const row = fieldsOf(conversation.get(sid));
      for (const { prefix, column, kinds } of CONVERSATION_OBJECTS) {
        const known = causesOf(prefix + sid.slice(2));
        known.push(...of.filter(({ kind }) => kinds.some((one) => one === kind)));
        const head = Number(row[column]);
        // A channel has events, too, when its last message is removed, when a timer changes its state, and when it is deleted.
        const first = of.find(({ kind }) => kind.startsWith('conversation.')) ?? of[0];
        while (prefix === 'ET' && first !== undefined && known.length < head) known.push(first);
        if (known.length !== head) wrong(`${prefix} of ${sid} is at event ${head} after ${known.length} changes`);
      }
    }
  }

  return {
    entries,
    entry: (id) => byId.get(id),
    recordCommit() {
      commits += 1;
      const commit = { number: commits, at: now() };
      const made = newEntries.all(lastId).map((row): LogEntry => {
        const payload = fieldsOf(JSON.parse(String(row.payload)));
        return { id: Number(row.id), kind: String(row.kind), subject: String(row.subject_sid), payload, commit };
      });
      lastId = made.at(-1)?.id ?? lastId;
      entries.push(...made);
      for (const entry of made) byId.set(entry.id, entry);
      recordEvents(made);
      for (const entry of made) for (const listener of listeners) listener(entry);
      return commit;
    },
    onEntry: (listener) => void listeners.push(listener),
    causeOf: (objectSid, event) => causes.get(objectSid)?.[event - 1],
    head(objectSid) {
      const column = USER_OBJECTS[objectSid.slice(0, 2)];
      if (column === undefined) return causes.get(objectSid)?.length ?? 0;
      const row = user.get(`US${objectSid.slice(2)}`);
      // Users are removed with their counters, and what was told of them before was true.
      return row === undefined ? Number.POSITIVE_INFINITY : Number(row[column]);
    },
  };
}
