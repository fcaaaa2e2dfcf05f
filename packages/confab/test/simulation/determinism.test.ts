import { afterAll, beforeAll, expect, test } from 'vitest';
import { runSimulation } from './run-simulation.ts';
import { createTemplate, type Template } from './template.ts';

let template: Template;
beforeAll(async () => {
  template = await createTemplate();
});
afterAll(() => template.remove());

test('a seed runs the same way each time, whatever was run before it', async () => {
  const seeds = [1, 2, 3, 4, 5];
  const first = [];
  for (const seed of seeds) first.push((await runSimulation(template, seed)).hash);
  const again = [];
  for (const seed of seeds.toReversed()) again.push((await runSimulation(template, seed)).hash);
  expect(again.reverse()).toEqual(first);
  expect(new Set(first).size).toBe(seeds.length);
}, 60_000);
