import { describe, expect, it } from 'vitest';
import { parseIsoDuration } from './iso-duration.ts';

describe('parseIsoDuration', () => {
  it.each([
    ['PT0S', 0],
    ['PT1M', 60_000],
    ['PT10M', 600_000],
    ['P1D', 86_400_000],
    ['P2W', 1_209_600_000],
    ['P1DT12H', 129_600_000],
    ['PT1H30M15S', 5_415_000],
    ['PT1.5S', 1500],
    ['PT0.001S', 1],
    ['pt90m', 5_400_000],
  ])('%s is %i ms', (text, ms) => {
    expect(parseIsoDuration(text)).toEqual({ text, ms });
  });

  it.each([
    '',
    'P',
    'PT',
    'P1DT',
    '1M',
    'PT1',
    'P1M',
    'P1Y',
    'PT-1M',
    '-PT1M',
    'PT1S1M',
    'PT1.M',
    'PT1.5M',
    'PT1M ',
    'PT1M\n',
    'PT1,5S',
    `PT${'9'.repeat(30)}S`,
    'P40000D',
  ])('%j is none', (text) => {
    expect(parseIsoDuration(text)).toBeUndefined();
  });
});
