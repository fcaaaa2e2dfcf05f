import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBase64url } from './base64url.ts';

test('decodes every canonical encoding', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(decodeBase64url(Buffer.from(bytes).toString('base64url'))).toEqual(Buffer.from(bytes));
    }),
  );
});

test.each([
  ['padding', 'YQ=='],
  ['the other alphabet', '+/+/'],
  ['white space', 'YW Jj'],
  ['a line break at the end', 'YWJj\n'],
  ['a length that no bytes have', 'YWJjZ'],
  ['spare bits that are not zero, after one byte', 'YR'],
  ['spare bits that are not zero, after two bytes', 'YWJ'],
  ['a dot', 'YW.j'],
  ['other letters', 'YWJé'],
])('refuses %s', (_name, text) => {
  expect(decodeBase64url(text)).toBeUndefined();
});
