import { DEFAULT_LIMITS, type Limits } from '../../src/config/limits.ts';
import type { JoinPolicy } from '../../src/domain/index.ts';
import type { Random } from './random.ts';

/** How often something takes time, and how much at most, in ms. */
export interface Delay {
  chance: number;
  maxMs: number;
}

/** What a seed decides once and for all: how the world is, before anything happens in it. */
export interface Profile {
  limits: Limits;
  joinPolicy: JoinPolicy;
  /** Of each statement that reads: half before and half after it has looked. */
  readDelay: Delay;
  /** Of each statement in a transaction, and of each answer to a COMMIT. */
  writeDelay: Delay;
  network: {
    maxMs: number;
    /** Of what is written in one go, that it comes in two parts. */
    splitChance: number;
    /** What the network holds before the server sees that its peer does not read. */
    windowBytes: number;
  };
  bus: {
    loseChance: number;
    repeatChance: number;
    delay: Delay;
    /** Only the ids arrive, as over PostgreSQL. */
    touchChance: number;
  };
  faults: {
    /** Of each COMMIT. */
    commitChance: number;
    /** Of each COMMIT: its outcome is not known, whatever it is. */
    unknownChance: number;
    /** Of each other statement in a transaction. */
    writeChance: number;
    readChance: number;
  };
  /** Of each step, that something goes wrong with the network, a machine or a clock. */
  troubleChance: number;
  /** How many items a client asks for at once. */
  itemsPerPage: number;
  /** Turns of the event loop between two events. */
  maxTurns: number;
}

const NONE: Delay = { chance: 0, maxMs: 0 };

export function chooseProfile(random: Random): Profile {
  const slowReads = random.chance(0.5);
  const slowWrites = slowReads || random.chance(0.4);
  const troubled = random.chance(0.6);
  const narrow = random.chance(0.3);
  return {
    limits: {
      ...DEFAULT_LIMITS,
      // Short, so that little time must pass till everything has come to rest.
      initTimeoutMs: 3000,
      keepalivePingMs: 4000,
      keepaliveReplyMs: 2000,
      busCheckMs: 1000,
      tombstoneDays: 1,
      // Each bound is met by some of the seeds.
      replaySliceEvents: random.pick([2, 5, 2000]),
      rowsPerStatement: random.pick([3, 10, 1000]),
      pageSizeMaximum: random.pick([2, 100]),
      readHorizonMergeMembers: random.pick([1, 50]),
      readHorizonMergeMs: random.pick([50, 1000]),
      loginsAtOnce: random.pick([1, 64]),
      loginsWaiting: random.pick([1, 5000]),
      // Such that what an honest client asks for at once still fits.
      ...(narrow && {
        requestsInFlightPerConnection: 2,
        replayBytesPerConnection: 1500,
        outboxBytesPerConnection: 6000,
      }),
      batchCommands: random.pick([1, 3, 64]),
    },
    joinPolicy: random.pick(['sid', 'sid', 'creator', 'never']),
    readDelay: slowReads ? { chance: random.pick([0.1, 0.4]), maxMs: random.pick([4, 40]) } : NONE,
    writeDelay: slowWrites ? { chance: random.pick([0.1, 0.4]), maxMs: random.pick([4, 40]) } : NONE,
    network: {
      maxMs: random.pick([2, 30, 200]),
      splitChance: random.pick([0, 0.3]),
      windowBytes: narrow ? 1000 : 64 * 1024,
    },
    bus: random.pick([
      { loseChance: 0, repeatChance: 0, delay: NONE, touchChance: 0 },
      { loseChance: 0.2, repeatChance: 0.2, delay: { chance: 0.5, maxMs: 100 }, touchChance: 0.1 },
      { loseChance: 0.2, repeatChance: 0.2, delay: { chance: 0.5, maxMs: 2500 }, touchChance: 0 },
      { loseChance: 0.1, repeatChance: 0.1, delay: { chance: 0.9, maxMs: 30 }, touchChance: 0.9 },
      { loseChance: 0.9, repeatChance: 0, delay: { chance: 0.5, maxMs: 50 }, touchChance: 0.5 },
    ]),
    faults: troubled
      ? { commitChance: 0.04, unknownChance: 0.02, writeChance: 0.002, readChance: random.pick([0, 0.002, 0.02]) }
      : { commitChance: 0, unknownChance: 0, writeChance: 0, readChance: 0 },
    troubleChance: random.pick([0.03, 0.15]),
    itemsPerPage: narrow ? 2 : random.pick([2, 100]),
    maxTurns: random.pick([1, 4]),
  };
}
