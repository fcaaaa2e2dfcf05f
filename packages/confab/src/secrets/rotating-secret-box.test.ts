import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { rotatingSecretBox } from './rotating-secret-box.ts';
import { createSecretBox } from './secret-box.ts';

const SID = 'SK0123456789abcdef0123456789abcdef';
const [fresh, old, foreign] = [randomBytes(32), randomBytes(32), randomBytes(32)];
const box = rotatingSecretBox(fresh, old);

it('opens what either key has sealed, and seals with the new one', () => {
  const byOld = createSecretBox(old).seal('secret', SID);
  expect(box.open(byOld, SID)).toBe('secret');
  expect(box.isCurrent(byOld)).toBe(false);
  const sealed = box.seal('secret', SID);
  expect(box.isCurrent(sealed)).toBe(true);
  expect(box.open(sealed, SID)).toBe('secret');
  expect(createSecretBox(fresh).open(sealed, SID)).toBe('secret');
});

it('opens nothing else: another key, another row, damage', () => {
  expect(() => box.open(createSecretBox(foreign).seal('secret', SID), SID)).toThrow('another master key');
  const byOld = createSecretBox(old).seal('secret', SID);
  expect(() => box.open(byOld, SID.replace('SK0', 'SK1'))).toThrow('moved from another row');
  expect(() => box.open('1.x', SID)).toThrow('not in a form');
});

it('accepts the databases of both keys, and writes its own check value', () => {
  const check = (key: Buffer) => createSecretBox(key).keyCheck();
  expect([fresh, old, foreign].map((key) => box.accepts(check(key)))).toEqual([true, true, false]);
  expect(box.keyCheck()).toBe(check(fresh));
});
