import * as node from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hmac } from './hmac.ts';

const text = fc.string({ unit: fc.constantFrom(...'AZaz09-_.'), maxLength: 8192, size: 'max' });
const secret = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string({ maxLength: 100 }));

test('is what createHmac makes, also where there is no one-shot hash', () => {
  const { hash: _, ...withoutHash } = node;
  fc.assert(
    fc.property(secret, text, (key, input) => {
      const expected = node.createHmac('sha256', key).update(input).digest('base64url');
      expect(hmac(node, key, input)).toBe(expected);
      expect(Reflect.apply(hmac, undefined, [withoutHash, key, input])).toBe(expected);
    }),
    { numRuns: 300 },
  );
});

test.each([0, 1, 63, 64, 65, 200])('takes a secret of %i bytes after a longer one', (length) => {
  hmac(node, 'x'.repeat(200), 'before');
  hmac(node, 'x'.repeat(64), 'before');
  const key = 'y'.repeat(length);
  expect(hmac(node, key, 'text')).toBe(node.createHmac('sha256', key).update('text').digest('base64url'));
});
