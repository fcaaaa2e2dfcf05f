import fc from 'fast-check';
import { expect, it } from 'vitest';
import { safeEqual } from './safe-equal.ts';

it('agrees with === on any two strings, of different lengths as well', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
      expect(safeEqual(a, b)).toBe(a === b);
      expect(safeEqual(a, a)).toBe(true);
      expect(safeEqual(a, `${a}x`)).toBe(false);
    }),
  );
});
