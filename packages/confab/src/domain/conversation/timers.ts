import { parseIsoDuration } from '../../iso-duration.ts';
import type { ConversationRow, ConversationState } from '../../store/seam.ts';
import { DomainError } from '../errors.ts';

/** The timers of a conversation, in ms; null is no timer (lifecycle 1). */
export type Timers = Pick<ConversationRow, 'inactive_after' | 'closed_after'>;

/** When the timers of a conversation are due, in ms since the epoch. */
export type DueTimes = Pick<ConversationRow, 'inactive_at' | 'closed_at'>;

interface TimerRule {
  parameter: string;
  minimumMs: number;
  example: string;
  tooShort: number;
  malformed: number;
}

const MINUTE_MS = 60_000;

/** Bounds of the two timers, and the codes of what is out of them (lifecycle 1). */
export const TIMER_RULES = {
  inactive: { parameter: 'Timers.Inactive', minimumMs: MINUTE_MS, example: 'PT1M', tooShort: 50375, malformed: 50379 },
  closed: {
    parameter: 'Timers.Closed',
    minimumMs: 10 * MINUTE_MS,
    example: 'PT10M',
    tooShort: 50376,
    malformed: 50380,
  },
} as const satisfies Record<string, TimerRule>;

/**
 * A timer as it was asked for, in ms: undefined when it was not, null when it is cleared, by an empty text or a duration of zero. Refuses
 * with 50375 and 50376 what is too short, with 50379 and 50380 what is no duration; by the name of `parameter`.
 */
export function readTimer(
  kind: keyof typeof TIMER_RULES,
  text: string | undefined,
  parameter: string = TIMER_RULES[kind].parameter,
): number | null | undefined {
  if (text === undefined) return undefined;
  if (text === '') return null;
  const { minimumMs, example, tooShort, malformed }: TimerRule = TIMER_RULES[kind];
  const ms = parseIsoDuration(text)?.ms;
  if (ms === undefined) {
    throw new DomainError(
      malformed,
      400,
      `${parameter} must be an ISO 8601 duration such as ${example} or P1D.`,
      parameter,
    );
  }
  if (ms === 0) return null;
  if (ms < minimumMs) throw new DomainError(tooShort, 400, `${parameter} must be at least ${example}.`, parameter);
  return ms;
}

/** When timers that are set or restarted at `now` are due. Both count from the same moment (lifecycle 1). */
export function dueTimes({ inactive_after, closed_after }: Timers, state: ConversationState, now: number): DueTimes {
  const open = state === 'active' || state === 'inactive';
  return {
    inactive_at: state === 'active' && inactive_after !== null ? now + inactive_after : null,
    closed_at: open && closed_after !== null ? now + closed_after : null,
  };
}
