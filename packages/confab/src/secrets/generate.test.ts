import { expect, it } from 'vitest';
import { generateApiSecret, generateAuthToken } from './generate.ts';

it('makes API secrets of 32 letters and digits that use the whole alphabet', () => {
  const secrets = Array.from({ length: 500 }, generateApiSecret);
  for (const secret of secrets) expect(secret).toMatch(/^[0-9A-Za-z]{32}$/);
  expect(new Set(secrets).size).toBe(500);
  // 16,000 draws from 62 characters miss one of them once in 10^110 runs.
  expect(new Set(secrets.join('')).size).toBe(62);
});

it('makes auth tokens of 32 hexadecimal digits', () => {
  const tokens = Array.from({ length: 500 }, generateAuthToken);
  for (const token of tokens) expect(token).toMatch(/^[0-9a-f]{32}$/);
  expect(new Set(tokens).size).toBe(500);
});
