import type { JoinPolicy } from '../../src/domain/index.ts';
import type { Chronicle, Commit, LogEntry } from './chronicle.ts';

/** A moment in the life of the database. */
export type Moment = Pick<LogEntry, 'id' | 'kind' | 'commit'>;

/** Somebody had a right from one moment up to another, that one not included; to this day when that is absent. */
interface Interval {
  from: Moment;
  to?: Moment | undefined;
}

/** Who may see what, and since when: a model that knows nothing of how the server decides (design 5, "Who may read and join"). */
export interface Rights {
  /** Whether the user had the right then, or at any time since. */
  heldSince(moment: Moment, identity: string, objectSid: string): boolean;
  /** When the user last lost the right, up to then; undefined when they never had it. */
  lostBefore(moment: Moment, identity: string, objectSid: string): Moment | undefined;
  /** When the key was revoked. */
  revoked(keySid: string): Commit | undefined;
}

/** That a conversation is deleted is told to those who lose it by that (protocol 9). */
function isItsOwnEnd(to: Moment, moment: Moment): boolean {
  return to.id === moment.id && moment.kind === 'conversation.removed';
}

const BEGINNING: Moment = { id: 0, kind: 'beginning', commit: { number: 0, at: 0 } };

export function createRights(chronicle: Chronicle, joinPolicy: JoinPolicy): Rights {
  /** By identity and conversation. */
  const presence = new Map<string, Interval[]>();
  const creators = new Map<string, string>();
  const owners = new Map<string, string>();
  const revoked = new Map<string, Commit>();
  /** When conversations were deleted. */
  const deleted = new Map<string, Moment>();
  /** When users may join what they know the SID of. */
  const joining: Interval[] = [{ from: BEGINNING }];

  chronicle.onEntry((entry) => {
    const { kind, subject, payload, commit } = entry;
    const key = `${payload.identity} ${payload.conversation_sid}`;
    switch (kind) {
      case 'participant.added':
        presence.set(key, [...(presence.get(key) ?? []), { from: entry }]);
        break;
      case 'participant.removed':
        end(presence.get(key), entry);
        break;
      case 'conversation.added':
        creators.set(subject, String(payload.created_by));
        break;
      case 'conversation.removed':
        deleted.set(subject, entry);
        break;
      case 'user.added':
        owners.set(subject.slice(2), String(payload.identity));
        break;
      case 'api_key.revoked':
        revoked.set(subject, commit);
        break;
      case 'role.updated': {
        const may = String(payload.after).includes('joinConversation');
        const open = joining.at(-1)?.to === undefined;
        if (may && !open) joining.push({ from: entry });
        if (!may && open) end(joining, entry);
      }
    }
  });

  function end(intervals: Interval[] | undefined, moment: Moment): void {
    const last = intervals?.at(-1);
    if (last !== undefined) last.to ??= moment;
  }

  function intervals(identity: string, objectSid: string): readonly Interval[] {
    const prefix = objectSid.slice(0, 2);
    if (prefix === 'MU') return [{ from: BEGINNING }];
    if (prefix === 'MC') return owners.get(objectSid.slice(2)) === identity ? [{ from: BEGINNING }] : [];
    const conversationSid = `CH${objectSid.slice(2)}`;
    const gone = deleted.get(conversationSid);
    const held = ofConversation(identity, prefix, conversationSid);
    if (gone === undefined) return held;
    return held.map(({ from, to }) => ({ from, to: to !== undefined && to.id < gone.id ? to : gone }));
  }

  function ofConversation(identity: string, prefix: string, conversationSid: string): readonly Interval[] {
    const present = presence.get(`${identity} ${conversationSid}`) ?? [];
    if (prefix !== 'ET' || joinPolicy === 'never') return present;
    if (creators.get(conversationSid) === identity) return [{ from: BEGINNING }];
    return joinPolicy === 'sid' ? [...present, ...joining] : present;
  }

  return {
    heldSince: (moment, identity, objectSid) =>
      intervals(identity, objectSid).some(({ to }) => to === undefined || to.id > moment.id || isItsOwnEnd(to, moment)),
    lostBefore(moment, identity, objectSid) {
      const ends = intervals(identity, objectSid).flatMap(({ to }) => (to === undefined ? [] : [to]));
      return ends.filter(({ id }) => id <= moment.id).sort((a, b) => b.id - a.id)[0];
    },
    revoked: (keySid) => revoked.get(keySid),
  };
}
