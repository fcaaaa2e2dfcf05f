import { expect, test } from 'vitest';
import { createAcknowledgements } from './acknowledgements.ts';

function setUp() {
  const heard: [number, number][][] = [];
  return { heard, acks: createAcknowledgements((messages) => heard.push([...messages])) };
}

const of = (...horizons: [number, number][]) => new Map(horizons);

test('messages count once everything before and with them was confirmed', () => {
  const { heard, acks } = setUp();
  acks.written(1, undefined);
  acks.written(2, of([7, 0], [8, 4]));
  acks.written(1, of([7, 1]));
  acks.confirmed();
  acks.confirmed();
  expect(heard).toEqual([]);
  acks.confirmed();
  expect(heard).toEqual([
    [
      [7, 0],
      [8, 4],
    ],
  ]);
  acks.confirmed();
  expect(heard[1]).toEqual([[7, 1]]);
});

test('confirmations that nobody asked for do not count for what comes', () => {
  const { heard, acks } = setUp();
  acks.confirmed();
  acks.confirmed();
  acks.written(1, of([7, 0]));
  expect(heard).toEqual([]);
  acks.confirmed();
  expect(heard).toHaveLength(1);
});

test('what a client does not confirm is kept together', () => {
  const { heard, acks } = setUp();
  for (let index = 0; index < 1000; index += 1) acks.written(1, of([7, index]));
  for (let index = 0; index < 999; index += 1) acks.confirmed();
  expect(heard).toHaveLength(63);
  acks.confirmed();
  expect(heard.slice(63)).toEqual([[[7, 999]]]);
});

test('of what is kept together the newest message counts, not the one told last', () => {
  const { heard, acks } = setUp();
  for (let index = 0; index < 1000; index += 1) acks.written(1, of([7, index]));
  acks.written(1, of([7, 3]));
  for (let index = 0; index < 1001; index += 1) acks.confirmed();
  expect(heard.at(-1)).toEqual([[7, 999]]);
});
