import { expect, it } from 'vitest';
import { createKeyUses } from './key-uses.ts';

it('tells of each key once a minute, however often it is used', () => {
  const uses = createKeyUses();
  for (let now = 0; now < 60_000; now += 1000) uses.used('SK1', now);
  uses.used('SK2', 500);
  expect([...uses.take()]).toEqual([
    ['SK1', 0],
    ['SK2', 500],
  ]);
  uses.used('SK1', 59_999);
  expect(uses.take().size).toBe(0);
  uses.used('SK1', 60_000);
  uses.used('SK2', 60_000);
  expect([...uses.take()]).toEqual([['SK1', 60_000]]);
});
