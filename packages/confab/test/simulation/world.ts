import { chooseProfile, type Profile } from './profile.ts';
import { createRandom, type Random } from './random.ts';
import { createSchedule, type Schedule } from './schedule.ts';
import { createTrace, type Trace } from './trace.ts';

/** What everything in the simulation shares. */
export interface World {
  readonly seed: number;
  readonly random: Random;
  readonly profile: Profile;
  readonly schedule: Schedule;
  readonly trace: Trace;
  /** While true, things go wrong. */
  hostile: boolean;
  /** What the clocks of machines that are right show. Moves with the world's time, and jumps. */
  wallTime(): number;
  jumpWallTime(ms: number): void;
  /** Notes something that shows how hostile the world is, and counts it. */
  happened(what: string, detail?: string): void;
  /** How often what has happened. */
  happenings(): ReadonlyMap<string, number>;
  /** Says that something which must hold does not. The run ends with the first. */
  violated(what: string): void;
  violation(): string | undefined;
  /** Lets everything go on that waits for nothing but the event loop: `count` turns of it. */
  turns(count: number): Promise<void>;
}

/** Year and day do not matter; that it is not the machine's time does. */
const BEGINNING = Date.UTC(2031, 4, 6, 7);

/** `keepLines`: how much of the trace is kept. */
export function createWorld(seed: number, keepLines: number): World {
  const random = createRandom(seed);
  const schedule = createSchedule();
  const trace = createTrace(schedule.now, keepLines);
  let jumped = 0;
  let violation: string | undefined;
  const happenings = new Map<string, number>();
  return {
    seed,
    random,
    profile: chooseProfile(random),
    schedule,
    trace,
    hostile: true,
    wallTime: () => BEGINNING + Math.floor(schedule.now()) + jumped,
    jumpWallTime(ms) {
      jumped += ms;
    },
    happened(what, detail = '') {
      happenings.set(what, (happenings.get(what) ?? 0) + 1);
      trace.note(`${what} ${detail}`);
    },
    happenings: () => happenings,
    violated(what) {
      if (violation === undefined) trace.note(`VIOLATION ${what}`);
      violation ??= what;
    },
    violation: () => violation,
    async turns(count) {
      for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
