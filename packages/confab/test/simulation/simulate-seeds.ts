import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runSimulation } from './run-simulation.ts';
import { createTemplate, type Template } from './template.ts';

/** How many seeds are run, in all: thousands in CI. `CONFAB_SIMULATION_SEEDS=5000 npm test -- simulation`. */
const SEEDS = Number(process.env.CONFAB_SIMULATION_SEEDS ?? 400);

/** One seed alone, which tells all that happens in it: `CONFAB_SIMULATION_SEED=17 npm test -- simulation`. */
const ONLY = process.env.CONFAB_SIMULATION_SEED;

const SEEDS_PER_TEST = 25;

/** In so many, everything that can go wrong does. */
const ENOUGH_SEEDS = 200;

/** Generous: it catches what hangs. */
const SECONDS_PER_SEED = 4;

/** What a hostile world brings about. A simulation in which it did not happen would show nothing. */
const HAPPENINGS = [
  'a message is lost',
  'a message is repeated',
  'a message is overtaken',
  'the bus of a node is cut off',
  'a COMMIT fails',
  'a statement fails',
  'a read fails',
  'the outcome of a COMMIT is unknown',
  'a node crashes',
  'a node is gone in the middle of a transaction',
  'a node is stopped',
  'all clocks jump',
  'a clock is set back',
  'a socket is cut',
  'a socket is frozen',
  'a client does not read',
  'a client sleeps',
  'a client sleeps for days',
  'a client is told to go',
  'a client starts anew',
  'a login is put off',
  'a token has expired',
  'a token is refused',
  'a token is renewed',
  'a replay is cut',
  'a subscription is asked for again',
  'an object is gone',
  'a conversation is deleted',
  'somebody comes by address',
  'API makes a conversation inactive, which was active',
  'API makes a conversation closed, which was active',
  'API makes a conversation active, which was inactive',
  'TIMER makes a conversation inactive, which was active',
  'TIMER makes a conversation closed, which was inactive',
  'EVENT makes a conversation active, which was inactive',
  'EVENT makes a conversation active, which was initializing',
  'EVENT makes a conversation closed, which was initializing',
];

/** Every second seed, from `first` (1 or 2) on: two files share them, so that both processors have something to do. */
export function simulateEverySecond(first: 1 | 2): void {
  let template: Template;
  beforeAll(async () => {
    template = await createTemplate();
  });
  afterAll(() => template.remove());

  if (ONLY === undefined) {
    const seeds = Array.from({ length: Math.ceil((SEEDS - first + 1) / 2) }, (_, at) => first + 2 * at);
    describe('clients converge, and nothing acknowledged is lost', () => runInGroups(() => template, seeds));
  } else if ((Number(ONLY) - first) % 2 === 0) {
    test('one seed runs to its end', () => tell(template, Number(ONLY)), 60_000);
  } else {
    test.skip('the other half has the seed', () => {});
  }
}

function runInGroups(template: () => Template, seeds: readonly number[]): void {
  const happenings = new Map<string, number>();
  for (let at = 0; at < seeds.length; at += SEEDS_PER_TEST) {
    const group = seeds.slice(at, at + SEEDS_PER_TEST);
    test(
      `every second seed from ${group[0]} to ${group.at(-1)}`,
      async () => {
        let acknowledged = 0;
        for (const seed of group) {
          const result = await runSimulation(template(), seed);
          acknowledged += result.operations.acknowledged;
          for (const [what, count] of result.happenings) happenings.set(what, (happenings.get(what) ?? 0) + count);
        }
        expect(acknowledged).toBeGreaterThan(10 * group.length);
      },
      group.length * SECONDS_PER_SEED * 1000,
    );
  }
  if (seeds.length < ENOUGH_SEEDS) return;
  test('though everything went wrong that can', () => {
    expect(HAPPENINGS.filter((what) => !happenings.has(what))).toEqual([]);
  });
}

async function tell(template: Template, seed: number): Promise<void> {
  const { trace, happenings, ...result } = await runSimulation(template, seed, { lines: Number.POSITIVE_INFINITY });
  console.log([...trace, JSON.stringify({ ...result, happenings: Object.fromEntries(happenings) })].join('\n'));
}
