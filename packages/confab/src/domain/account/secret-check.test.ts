import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { createSecretBox, type SecretBox } from '../../secrets/index.ts';
import { isSecret } from './secret-check.ts';

const SID = 'SK0123456789abcdef0123456789abcdef';

function countingBox(): { box: SecretBox; opened: () => number } {
  const real = createSecretBox(randomBytes(32));
  let count = 0;
  return {
    opened: () => count,
    box: {
      ...real,
      open(sealed, sid) {
        count += 1;
        return real.open(sealed, sid);
      },
    },
  };
}

it('knows the secret from all others, and opens it once', () => {
  const { box, opened } = countingBox();
  const stored = { sealed: box.seal('right', SID), sid: SID };
  expect(['right', 'wrong', '', 'right ', 'right'].map((one) => isSecret(box, stored, one))).toEqual([
    true,
    false,
    false,
    false,
    true,
  ]);
  expect(opened()).toBe(1);
});

it('takes a new secret at once, and the old one no longer', () => {
  const { box } = countingBox();
  expect(isSecret(box, { sealed: box.seal('old', SID), sid: SID }, 'old')).toBe(true);
  const rotated = { sealed: box.seal('new', SID), sid: SID };
  expect(isSecret(box, rotated, 'old')).toBe(false);
  expect(isSecret(box, rotated, 'new')).toBe(true);
});

it('accepts nothing where there is no secret', () => {
  const { box } = countingBox();
  expect(isSecret(box, undefined, 'an unknown credential has no secret at all')).toBe(false);
});
