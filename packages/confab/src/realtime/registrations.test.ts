import { expect, test } from 'vitest';
import { createRegistrations } from './registrations.ts';

test('a type is registered as long as init or a context asks for it', () => {
  const registrations = createRegistrations();
  expect(registrations.has('a')).toBe(false);
  registrations.registerInit(['a', 'b']);
  expect(registrations.register('context', ['b', 'c'])).toBe(true);
  expect(['a', 'b', 'c'].map(registrations.has)).toEqual([true, true, true]);
  registrations.register('context', ['d']);
  expect(['b', 'c', 'd'].map(registrations.has)).toEqual([true, false, true]);
  registrations.remove('context');
  registrations.remove('');
  expect(['a', 'd'].map(registrations.has)).toEqual([true, false]);
});

test('contexts are bounded, and one that is there can still be changed', () => {
  const registrations = createRegistrations();
  for (let at = 0; at < 16; at += 1) expect(registrations.register(`${at}`, [`type ${at}`])).toBe(true);
  expect(registrations.register('one more', ['x'])).toBe(false);
  expect(registrations.has('x')).toBe(false);
  expect(registrations.register('0', ['y'])).toBe(true);
  expect(['type 0', 'y'].map(registrations.has)).toEqual([false, true]);
  registrations.remove('1');
  expect(registrations.register('one more', ['x'])).toBe(true);
});
