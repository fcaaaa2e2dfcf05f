import { describe, expect, it } from 'vitest';
import { createTokenBuckets } from './token-buckets.ts';

const SECOND = 1000;

function takeMany(take: () => number | undefined, tries: number): number {
  return Array.from({ length: tries }, take).filter((wait) => wait === undefined).length;
}

describe('token buckets', () => {
  it.each([1, 3, 7, 30, 3_000])('a full one has %i tokens, and gets as many in a second', (tokens) => {
    const buckets = createTokenBuckets({ tokens, windowMs: SECOND, maximum: 10 });
    expect(takeMany(() => buckets.take('a', 0), tokens * 2)).toBe(tokens);
    expect(takeMany(() => buckets.take('a', SECOND), tokens * 2)).toBe(tokens);
    expect(takeMany(() => buckets.take('a', 10 * SECOND), tokens * 2)).toBe(tokens);
  });

  it('fill as time passes, and tell how long it takes until there is a token', () => {
    const buckets = createTokenBuckets({ tokens: 4, windowMs: SECOND, maximum: 10 });
    takeMany(() => buckets.take('a', 0), 4);
    expect(buckets.take('a', 0)).toBe(250);
    expect(buckets.take('a', 100)).toBe(150);
    expect([buckets.take('a', 250), buckets.take('a', 250)]).toEqual([undefined, 250]);
    expect(buckets.take('b', 250)).toBeUndefined();
  });

  it('take back what was not used', () => {
    const buckets = createTokenBuckets({ tokens: 2, windowMs: SECOND, maximum: 10 });
    takeMany(() => buckets.take('a', 0), 2);
    buckets.giveBack('a');
    buckets.giveBack('unknown');
    expect(takeMany(() => buckets.take('a', 0), 5)).toBe(1);
  });

  it('make room when the clock is set back', () => {
    const buckets = createTokenBuckets<number>({ tokens: 1, windowMs: SECOND, maximum: 3 });
    for (const key of [1, 2, 3]) buckets.take(key, 3_600_000);
    expect(buckets.take(4, 0)).toBeUndefined();
  });

  it('keep to their number: full ones go, and where none is, there is no token', () => {
    const buckets = createTokenBuckets<number>({ tokens: 1, windowMs: SECOND, maximum: 3 });
    expect([1, 2, 3, 4].map((key) => buckets.take(key, 0))).toEqual([undefined, undefined, undefined, SECOND]);
    expect([4, 5, 6, 7].map((key) => buckets.take(key, SECOND))).toEqual([undefined, undefined, undefined, SECOND]);
  });

  it('wait no longer than the window when the clock was set back', () => {
    const buckets = createTokenBuckets({ tokens: 2, windowMs: SECOND, maximum: 10 });
    takeMany(() => buckets.take('a', 3_600_000), 2);
    expect(buckets.take('a', 0)).toBeLessThanOrEqual(SECOND);
    expect(buckets.take('a', SECOND)).toBeUndefined();
  });
});
