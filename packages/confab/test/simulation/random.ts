import { randomNumbers } from '../support/random-numbers.ts';

/** Decisions that are the same for the same seed. */
export interface Random {
  /** From 0 up to 1. */
  number(): number;
  /** A whole number, both ends included. */
  between(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
  /** One of them, or undefined when there is none. */
  any<Item>(items: readonly Item[]): Item | undefined;
  /** One of them, each as likely as its weight says. */
  weighted<Item>(items: readonly (readonly [weight: number, item: Item])[]): Item;
  bytes(target: Buffer): void;
}

export function createRandom(seed: number): Random {
  const number = randomNumbers(seed);
  const between = (from: number, to: number): number => from + Math.floor(number() * (to - from + 1));
  return {
    number,
    between,
    chance: (probability) => number() < probability,
    pick: (items) => items[between(0, items.length - 1)] ?? items[0],
    any: (items) => items[between(0, items.length - 1)],
    weighted(items) {
      let left = number() * items.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, item] of items) {
        left -= weight;
        if (left < 0) return item;
      }
      throw new RangeError('Nothing to choose from.');
    },
    bytes(target) {
      for (let at = 0; at < target.length; at += 1) target[at] = between(0, 255);
    },
  };
}
