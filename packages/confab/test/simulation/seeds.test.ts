import { afterAll, beforeAll, expect, test } from 'vitest';
import { runSimulation } from './run-simulation.ts';
import { createTemplate, type Template } from './template.ts';

/** How many seeds are run, from the first on. Thousands on demand: CONFAB_SIMULATION_SEEDS=5000 npm test -- simulation. */
const SEEDS = Number(process.env.CONFAB_SIMULATION_SEEDS ?? 300);

/** One seed alone, with all of its trace: CONFAB_SIMULATION_SEED=17 npm test -- simulation. */
const ONLY = process.env.CONFAB_SIMULATION_SEED;

const SECONDS_PER_SEED = 3;

let template: Template;
beforeAll(async () => {
  template = await createTemplate();
});
afterAll(() => template.remove());

test(
  'clients converge, and nothing acknowledged is lost, whatever the seed does to network, bus, disk, clocks and nodes',
  async () => {
    const seeds = ONLY === undefined ? Array.from({ length: SEEDS }, (_, at) => at + 1) : [Number(ONLY)];
    const options = ONLY === undefined ? {} : { lines: 100_000 };
    let acknowledged = 0;
    for (const seed of seeds) acknowledged += (await runSimulation(template, seed, options)).operations.acknowledged;
    expect(acknowledged).toBeGreaterThan(seeds.length);
  },
  SEEDS * SECONDS_PER_SEED * 1000,
);

test('a seed runs the same way each time', async () => {
  const first = await runSimulation(template, 1);
  const second = await runSimulation(template, 1);
  expect(second.hash).toBe(first.hash);
  expect((await runSimulation(template, 2)).hash).not.toBe(first.hash);
}, 60_000);
