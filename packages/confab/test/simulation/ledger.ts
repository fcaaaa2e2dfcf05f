import type { Chronicle, LogEntry } from './chronicle.ts';
import type { World } from './world.ts';

/** A command that somebody has asked for. Its outcome is what the server says, whether or not that reaches who asked. */
export interface Operation {
  /** What it leaves in the event log. No two operations share one, but those that do the very same thing. */
  readonly effect: string;
  acknowledged(): void;
  refused(): void;
}

/** Compares what commands were told with what the database holds. */
export interface Ledger {
  begin(effect: string): Operation;
  /** A text that nothing else contains. */
  marker(): string;
  /** Id of the log entry that wrote the marker: later texts of the same thing have higher ones. */
  writtenBy(marker: unknown): number | undefined;
  /** Says what does not fit, once nothing is under way any more. */
  settle(): void;
  counts(): { acknowledged: number; refused: number; unknown: number };
}

interface Tally {
  acknowledged: number;
  refused: number;
  /** Not answered, or answered with a doubt. */
  open: number;
}

export function createLedger(world: World, chronicle: Chronicle): Ledger {
  const tallies = new Map<string, Tally>();
  const logged = new Map<string, number>();
  const writers = new Map<unknown, number>();
  /** Effects that another command may have had, besides its own. */
  const sideEffects = new Set<string>();
  let markers = 0;

  chronicle.onEntry((entry) => {
    const effect = effectOf(entry);
    // Who is deleted leaves all conversations, now or a little later.
    if (entry.kind === 'user.removed') {
      const { identity } = entry.payload;
      const joined = chronicle.entries.filter(
        ({ kind, payload }) => kind === 'participant.added' && payload.identity === identity,
      );
      for (const { subject } of joined) sideEffects.add(`participant.removed ${subject}`);
    }
    logged.set(effect, (logged.get(effect) ?? 0) + 1);
    for (const text of textsOf(entry)) if (!writers.has(text)) writers.set(text, entry.id);
  });

  function begin(effect: string): Operation {
    const tally = tallies.get(effect) ?? { acknowledged: 0, refused: 0, open: 0 };
    tallies.set(effect, tally);
    tally.open += 1;
    let over = false;
    const end = (outcome: Exclude<keyof Tally, 'open'>): void => {
      if (over) return;
      over = true;
      tally.open -= 1;
      tally[outcome] += 1;
    };
    return {
      effect,
      acknowledged() {
        end('acknowledged');
        if ((logged.get(effect) ?? 0) < tally.acknowledged) {
          world.violated(`acknowledged before it was committed: ${effect}`);
        }
      },
      refused: () => end('refused'),
    };
  }

  return {
    begin,
    marker() {
      markers += 1;
      return `text ${markers}`;
    },
    writtenBy: (marker) => writers.get(marker),
    settle() {
      for (const [effect, { acknowledged, open }] of tallies) {
        const count = logged.get(effect) ?? 0;
        if (count < acknowledged) world.violated(`acknowledged ${acknowledged} times, done ${count} times: ${effect}`);
        if (count > acknowledged + open && !sideEffects.has(effect))
          world.violated(`refused, or done twice: ${effect}`);
      }
    },
    counts() {
      const sum = { acknowledged: 0, refused: 0, unknown: 0 };
      for (const { acknowledged, refused, open } of tallies.values()) {
        sum.acknowledged += acknowledged;
        sum.refused += refused;
        sum.unknown += open;
      }
      return sum;
    },
  };
}

/** What tells the entry apart: the text that its operation brought along, or what it is about. */
function effectOf({ kind, subject, payload }: LogEntry): string {
  switch (kind) {
    case 'message.added':
    case 'message.updated':
      return `${kind} ${payload.body}`;
    case 'conversation.added':
    case 'conversation.updated':
    case 'user.updated':
      return `${kind} ${payload.friendly_name}`;
    case 'participant.added':
    case 'participant.updated':
      return `${kind} ${payload.attributes}`;
    case 'participant.read_horizon':
      return `${kind} ${payload.conversation_sid} ${payload.identity} ${payload.last_read_message_index}`;
    case 'participant.notification_level':
      return `${kind} ${payload.conversation_sid} ${payload.notification_level}`;
    default:
      return `${kind} ${subject}`;
  }
}

function textsOf({ payload }: LogEntry): unknown[] {
  return [payload.body, payload.friendly_name, payload.attributes].filter((text) => typeof text === 'string');
}
